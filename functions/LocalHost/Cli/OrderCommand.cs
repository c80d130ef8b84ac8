using System.CommandLine;
using System.Globalization;
using LlmOps.Audit;
using LlmOps.Inbox;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.LocalHost.Cli;

/// <summary>`llmops approve`, `reject`, `hold`, `resume`, `promote` and `retry`: a person's word on a release.</summary>
internal static class OrderCommand
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    /// <summary>How long it waits to hear what became of the order.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static IEnumerable<Command> CreateAll() =>
    [
        Create("approve", "Let a release go on that waits for people"),
        Create("reject", "Refuse a release that waits for people; its slot is emptied"),
        Create("hold", "Keep a release at its step; it is judged, and rolled back if it fails, all the same"),
        Create("resume", "Let a held or stalled release, or a frozen model, go on"),
        Create("promote", "Skip the remaining steps and waits of a release: next it gets all the traffic"),
        Create("retry", "Start an ended release again from its upload, as a new attempt"),
    ];

    private static Command Create(string verb, string description)
    {
        Argument<string> target = new("release") { Description = "MODEL@VERSION, or MODEL for its release under way" };
        Option<string> reason = new("--reason") { Description = "Why; it goes into the log", Required = true };
        Option<string> by = new("--by") { Description = "Who orders it", DefaultValueFactory = _ => Environment.UserName };
        Option<string?> key = new("--key") { Description = "Names the order: one that is sent again under its key changes nothing" };
        Option<string> home = Asked.HomeOption();
        Command command = new(verb, description) { target, reason, by, key, home };
        command.SetAction((parsed, cancellation) =>
        {
            string[] name = parsed.GetRequiredValue(target).Split('@', 2);
            ReleaseCommand order = new(
                verb, name[0], name.ElementAtOrDefault(1), parsed.GetRequiredValue(by), parsed.GetRequiredValue(reason), parsed.GetValue(key) ?? NewKey(), "cli");
            return Asked.WithStack(parsed.Home(home), client => Run(client, order, cancellation));
        });
        return command;
    }

    private static async Task<int> Run(StackClient client, ReleaseCommand order, CancellationToken cancellation)
    {
        Receipt receipt = await client.Order(order, cancellation);
        if (receipt.Status is < 200 or >= 300)
        {
            Console.Error.WriteLine($"llmops: {receipt.Text.Trim()}");
            return receipt.Status == 400 ? ExitCodes.Usage : ExitCodes.Failed;
        }
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < Patience)
        {
            if ((await client.Audit(0, cancellation)).FirstOrDefault(entry => entry.Id == ReleaseOrder.FactId(order.Key)) is { } fact)
            {
                return await Tell(client, fact, cancellation);
            }
            await Task.Delay(Poll, cancellation);
        }
        Console.Error.WriteLine($"llmops: the order for {receipt.Text.Trim()} is stored and not carried out yet; `llmops get release` shows what becomes of it");
        return ExitCodes.Pending;
    }

    private static async Task<int> Tell(StackClient client, AuditEntry fact, CancellationToken cancellation)
    {
        if (fact.Kind == OrderDone.RefusedFact)
        {
            return Asked.Fail(fact.Text);
        }
        Console.WriteLine($"{fact.Model}{(fact.Version is null ? "" : "@")}{fact.Version}: {fact.Text}");
        Release? release = fact.Version is { } version ? await client.Get(fact.Model!, version, cancellation) : null;
        // An approval may be one of several that are needed.
        return release?.Phase == Phase.AwaitingApproval ? ExitCodes.Pending : ExitCodes.Ok;
    }

    private static string NewKey() =>
        string.Create(CultureInfo.InvariantCulture, $"cli/{Environment.UserName}/{Environment.ProcessId}/{TimeProvider.System.GetUtcNow().UtcTicks}");
}
