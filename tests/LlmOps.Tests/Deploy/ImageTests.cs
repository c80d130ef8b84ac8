using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Deploy;

/// <summary>The Dockerfile as far as it can be checked without building it.</summary>
public sealed class ImageTests
{
    [RequiresFact(Tool.ManifestSchemas)]
    public async Task Both_images_run_as_a_plain_user_with_a_health_check_and_copy_what_is_there()
    {
        (int exitCode, string output) = await Check(Repository.At("inference/Dockerfile"));
        Assert.True(exitCode == 0, output);
    }

    [RequiresTheory(Tool.ManifestSchemas)]
    [InlineData("USER 1654:1654", "USER root", "runs as root")]
    [InlineData("HEALTHCHECK", "LABEL", "has no health check")]
    [InlineData("--from=publish-cpu", "--from=nowhere", "which is no stage")]
    [InlineData("COPY global.json", "COPY globe.json", "which is not there")]
    public async Task A_fault_in_the_Dockerfile_is_found(string old, string now, string fault)
    {
        string file = Path.GetTempFileName();
        string text = Repository.Text("inference/Dockerfile");
        Assert.Contains(old, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, text.Replace(old, now, StringComparison.Ordinal));
        (int exitCode, string output) = await Check(file);
        File.Delete(file);
        Assert.Equal(1, exitCode);
        Assert.Contains(fault, output, StringComparison.Ordinal);
    }

    // Whatever a stage copies from the repository must be let in by the ignore file, which starts from nothing.
    [Fact]
    public void What_is_copied_is_not_ignored()
    {
        string[] let = [.. Repository.Text("inference/Dockerfile.dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..])];
        IEnumerable<string> copied = Repository.Text("inference/Dockerfile").Split('\n')
            .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal)).SelectMany(line => line.Split(' ')[1..^1]);
        Assert.All(copied, path => Assert.Contains(let, pattern =>
            path.StartsWith(pattern, StringComparison.Ordinal) || System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: false)));
    }

    private static Task<(int ExitCode, string Output)> Check(string file) =>
        Command.Run("node", ["check-dockerfile.mjs", file, Repository.Root, "cpu", "gpu"], folder: Repository.At("tests/LlmOps.Tests/Deploy"));
}
