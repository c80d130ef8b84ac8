using LlmOps.LocalHost.Adapters;
using LlmOps.LocalHost.Cli;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.LocalHost.Cli;

/// <summary>`llmops doctor` on folders and on a Git repository.</summary>
public sealed class DoctorCommandTests : IDisposable
{
    private static readonly string Template = Repository.At("inference/deploy");

    private readonly string folder = Directory.CreateTempSubdirectory("doctor-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_exit_code_says_whether_a_rollback_is_sound_slow_or_broken()
    {
        Assert.Equal(ExitCodes.Ok, await Run("--gitops", Template));
        Assert.Equal(ExitCodes.Ok, await Run("--gitops", Template, "-o", "json"));
        Write("slow.yaml", "scrape_configs: [{ job_name: x, scrape_interval: 1m }]");
        Assert.Equal(ExitCodes.Pending, await Run("--gitops", Template, "--gitops", folder));
        Write("bad.yaml", "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: { suspend: true, interval: 1m }");
        Assert.Equal(ExitCodes.Failed, await Run("--gitops", Template, "--gitops", folder));
        Assert.Equal(ExitCodes.Failed, await Run("--gitops", folder, "-o", "json"));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_a_usage_error()
    {
        Assert.Equal(ExitCodes.Usage, await Run("--gitops", Path.Combine(folder, "none")));
        Assert.Equal(ExitCodes.Usage, await Run("--home", folder));
    }

    [RequiresFact(Tool.Git)]
    public async Task A_repository_is_read_at_a_revision()
    {
        string repository = Path.Combine(folder, "gitops.git");
        await BareGitHost.Create(repository, Template, TimeProvider.System, default);
        Assert.Equal(ExitCodes.Ok, await Run("--repo", repository));
        Assert.Equal(ExitCodes.Ok, await Run("--home", folder));
        Assert.Equal(ExitCodes.Failed, await Run("--repo", repository, "--revision", "nowhere"));
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);

    private static Task<int> Run(params string[] arguments) => DoctorCommand.Create().Parse(arguments).InvokeAsync();
}
