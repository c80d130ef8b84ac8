using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using LlmOps.Gates;
using LlmOps.LocalHost.Cli;
using LlmOps.LocalHost.Stack;
using LlmOps.LocalHost.Uploads;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;
using Spectre.Console;

namespace LlmOps.LocalHost.Demo;

/// <summary>The demonstration did not go as it should: what was expected and what was seen.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);

/// <summary>
/// The main job, start to end, on real parts: a first champion, a better version by canary, a bad one that is refused,
/// and one that fails after promotion and is reverted in Git by an alert. The terminal shows the audit log, not this script.
/// </summary>
internal sealed class RunDemo(LocalStack stack, Home home, string samples, IAnsiConsole console, Timeline timeline)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly IServiceProvider services = stack.Services;
    private readonly TimeProvider clock = TimeProvider.System;

    public DemoFault? Fault { get; private set; }

    /// <summary>Runs the story; throws <see cref="DemoFailedException"/> at the first thing that is not as it should be.</summary>
    public async Task Play(Func<Task> startLoad, CancellationToken cancellation)
    {
        await ShortenWindows(cancellation);
        await Upload(DemoVersions.Folder(samples, "1.0.0"), "the first version: absolute gates, then it is the champion", cancellation);
        await Reach("1.0.0", Phase.Guarded, cancellation);
        await startLoad();
        await Upload(DemoVersions.Folder(samples, "1.1.0"), "a better one: gates against the champion, then 5, 25, 50, 100 % of the live traffic", cancellation);
        await Reach("1.1.0", Phase.Guarded, cancellation);
        await Upload(DemoVersions.Folder(samples, "1.2.0-bad"), "a bad one: it must not get any traffic", cancellation);
        await Reach("1.2.0-bad", Phase.Refused, cancellation);
        await Announce("[bold]why 1.2.0-bad was refused[/]", cancellation);
        GateReportView.Show((await services.GetRequiredService<EvidenceStore>().ReadReport((await Find("1.2.0-bad", cancellation))!, cancellation))!, console);
        await Upload(await DemoVersions.MakeThirteen(samples, Path.Combine(home.Folder, "demo"), cancellation), "one that passes everything, and then fails", cancellation);
        await Reach("1.3.0", Phase.Guarded, cancellation);
        await Break(cancellation);
        await Reach("1.3.0", Phase.RolledBack, cancellation);
        await Until("the cluster to run the rollback", async () => (await Find("1.3.0", cancellation))?.RevertReconciledAt is not null, cancellation);
    }

    // The template's windows are for production; these can be watched.
    private async Task ShortenWindows(CancellationToken cancellation)
    {
        IGitHost git = services.GetRequiredService<IGitHost>();
        string path = Slots.PolicyPath(DemoVersions.Model);
        string text = await File.ReadAllTextAsync(Path.Combine(samples, "demo", "gates.yaml"), cancellation);
        CommitMessage message = new("Shorten the windows for the demonstration", "", []);
        string head = await git.Head("main", cancellation);
        await git.Commit(new CommitRequest("main", head, message, new Dictionary<string, string?> { [path] = text }), cancellation);
    }

    private async Task Upload(string folder, string what, CancellationToken cancellation)
    {
        await Announce($"[bold]▶ upload {Path.GetFileName(folder)}[/]: {what}", cancellation);
        UploadOutcome outcome = await new UploadVersion(services.GetRequiredService<IBlobs>()).Handle(folder, _ => { }, cancellation);
        if (outcome is UploadOutcome.Refused refused)
        {
            throw new DemoFailedException($"{folder} was not uploaded: {string.Join("; ", refused.Problems)}");
        }
    }

    // What the log holds by now stands above the line, whenever the timeline looked last.
    private async Task Announce(string markup, CancellationToken cancellation)
    {
        await timeline.ShowNew(_ => true, cancellation);
        console.WriteLine();
        console.MarkupLine(markup);
    }

    private async Task Break(CancellationToken cancellation)
    {
        Release release = (await Find("1.3.0", cancellation))!;
        SlotStatus status = (await services.GetRequiredService<ICluster>().Slot(release.Model, release.Slot!, cancellation))!;
        int started = await ProcessesStarted(cancellation);
        using HttpClient http = new();
        DateTimeOffset at = clock.GetUtcNow();
        using HttpResponseMessage response = await http.PostAsJsonAsync(new Uri(status.Endpoint, "/dev/fault"), new { mode = "error", rate = 1.0 }, cancellation);
        response.EnsureSuccessStatusCode();
        Fault = new DemoFault(at, started);
        await Announce("[bold red]▶ the server of 1.3.0 now fails every request[/]", cancellation);
        if (!stack.HasPrometheus)
        {
            console.MarkupLine("[yellow]  no Prometheus is installed to see it: the demonstration posts the alert itself[/]");
            await PostAlert.Post(home, stack.Url, release, clock, cancellation);
        }
    }

    /// <summary>How many inference servers the cluster has started since it runs.</summary>
    public async Task<int> ProcessesStarted(CancellationToken cancellation)
    {
        using HttpClient http = new();
        using JsonDocument document = JsonDocument.Parse(await http.GetStringAsync(new Uri(stack.ClusterUrl!, "/processes"), cancellation));
        return document.RootElement.GetProperty("started").GetInt32();
    }

    private async Task<Release?> Find(string version, CancellationToken cancellation) =>
        await services.GetRequiredService<GetRelease>().Handle(DemoVersions.Model, version, cancellation);

    private async Task Reach(string version, Phase phase, CancellationToken cancellation) => await Until(
        $"{version} to be {phase}",
        async () => (await Find(version, cancellation)) switch
        {
            { Phase: var now } when now == phase => true,
            { Phase: var now, Reason: var reason } when now.IsEnd() && now != phase =>
                throw new DemoFailedException($"{version} should be {phase} and is {now}: {reason}"),
            _ => false,
        },
        cancellation);

    private async Task Until(string what, Func<Task<bool>> holds, CancellationToken cancellation)
    {
        long start = clock.GetTimestamp();
        while (!await holds())
        {
            if (clock.GetElapsedTime(start) > Patience)
            {
                throw new DemoFailedException(string.Create(CultureInfo.InvariantCulture, $"waited {Patience.TotalSeconds} s in vain for {what}"));
            }
            await Task.Delay(100, cancellation);
        }
    }
}

/// <summary>When the fault was switched on, and how many servers had been started by then.</summary>
internal sealed record DemoFault(DateTimeOffset At, int ProcessesStarted);
