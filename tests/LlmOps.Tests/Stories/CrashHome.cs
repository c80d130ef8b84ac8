using System.Diagnostics;
using LlmOps.LocalHost.Adapters;
using LlmOps.LocalHost.Stack;
using LlmOps.LocalHost.Uploads;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Rollbacks;

namespace LlmOps.Tests.Stories;

/// <summary>
/// The folder of a stack as a test looks into it and as the outside world writes to it, whether or not a control plane runs.
/// </summary>
internal sealed class CrashHome(string folder)
{
    public Home Home { get; } = new(folder);

    public string Folder => Home.Folder;

    public FolderBlobs Blobs => new(Home.Blobs, TimeProvider.System);

    public BareGitHost Git => new(Home.Repository, TimeProvider.System);

    /// <summary>A copy, times of writing and all, of a home in which nothing runs.</summary>
    public CrashHome CopyTo(string target)
    {
        using Process copy = Process.Start("cp", ["-a", Folder, target]);
        copy.WaitForExit();
        return copy.ExitCode == 0 ? new CrashHome(target) : throw new IOException($"{Folder} could not be copied to {target}");
    }

    /// <summary>Uploads as a person does who does not know how far an earlier try came.</summary>
    public async Task Upload(string version) =>
        Assert.IsNotType<UploadOutcome.Refused>(await new UploadVersion(Blobs).Handle(version, _ => { }, default));

    public async Task<Release?> Release(string version) =>
        (await new ReleaseStore(Blobs).Read(CrashTemplate.Model, version, default))?.Value;

    public async Task<Incident?> Incident(string key) => (await new IncidentStore(Blobs).Read(key, default))?.Value;

    /// <summary>How many messages wait or are being handled.</summary>
    public async Task<int> Messages()
    {
        using SqliteMessageBus bus = new(Home.Queue, TimeProvider.System, new SqliteBusOptions());
        return await bus.Count(Queues.Work, default) + await bus.Count(Queues.Rollback, default);
    }

    /// <summary>Commits a file as a person would.</summary>
    public async Task Commit(string subject, string path, string text)
    {
        BareGitHost git = Git;
        CommitRequest request = new(
            "main", await git.Head("main", default), new CommitMessage(subject, "", []), new Dictionary<string, string?> { [path] = text });
        Assert.True((await git.Commit(request, default)).Committed);
    }
}
