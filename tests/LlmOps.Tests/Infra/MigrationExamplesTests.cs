using System.Text.RegularExpressions;
using LlmOps.Manifests;

namespace LlmOps.Tests.Infra;

public sealed partial class MigrationExamplesTests
{
    [Fact]
    public void Each_gates_file_of_the_page_is_one_that_the_control_plane_reads()
    {
        string[] files = [.. GatesFile().Matches(Repository.Text("docs/migrate.md")).Select(match => match.Groups[1].Value)];
        Assert.Equal(3, files.Length);
        Assert.All(files, text => Assert.NotEmpty(ModelPolicy.Read("gates.yaml", text).Gates));
    }

    [GeneratedRegex(@"```yaml\n(# apps/\w+/gates\.yaml\n.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex GatesFile();
}
