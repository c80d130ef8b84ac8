using LlmOps.Doctor;
using LlmOps.LocalHost.Cli;
using LlmOps.Tests.Requirements;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Tests.Deploy;

/// <summary>A second model is a copied folder with another name in it, and a line.</summary>
public sealed class SecondModelTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("deploy-").FullName;

    public SecondModelTests()
    {
        string template = Repository.At(Template.Root);
        foreach (string file in Directory.EnumerateFiles(template, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(template, file);
            Copy(relative, File.ReadAllText(file));
            if (relative.StartsWith(Path.Combine("apps", "tiny-ops"), StringComparison.Ordinal))
            {
                Copy(relative.Replace("tiny-ops", "chat", StringComparison.Ordinal), File.ReadAllText(file).Replace("tiny-ops", "chat", StringComparison.Ordinal));
            }
        }
        File.AppendAllText(Path.Combine(folder, "apps", "kustomization.yaml"), "  - chat\n");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [RequiresFact(Tool.Kustomize)]
    public async Task It_is_built_with_all_that_a_server_needs()
    {
        (int exitCode, string output) = await Command.Run("kubectl", ["kustomize", Path.Combine(folder, "production")]);
        Assert.True(exitCode == 0, output);
        IReadOnlyList<YamlMappingNode> all = Template.Documents(output);
        foreach (string name in (string[])["chat-blue", "chat-green", "tiny-ops-blue", "tiny-ops-green"])
        {
            YamlNode deployment = all.Single(found => found["kind"].ToString() == "Deployment" && found["metadata"]["name"].ToString() == name);
            Assert.Equal("true", Assert.Single(Template.At(deployment, "spec", "template", "spec", "securityContext", "runAsNonRoot")).ToString());
            Assert.Contains(all, found => found["kind"].ToString() == "Service" && found["metadata"]["name"].ToString() == name);
        }
    }

    [Fact]
    public void The_doctor_finds_nothing_but_what_the_template_leaves_open() =>
        Assert.Equal(["runbook_url"], ExamineSetup.Of([.. ReadSetupFiles.OfFolder(folder)]).Findings.Select(finding => finding.Setting));

    private void Copy(string relative, string text)
    {
        string path = Path.Combine(folder, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
