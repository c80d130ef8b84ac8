using System.CommandLine;
using System.Text.Json;
using LlmOps.Audit;
using LlmOps.FunctionApp.Triggers;
using LlmOps.Gates;
using LlmOps.Inbox;
using LlmOps.LocalHost.Cli;
using LlmOps.LocalHost.Stack;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Tests.Contracts;
using LlmOps.Tests.ControlPlane;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.LocalHost.Functions;

namespace LlmOps.Tests.LocalHost.Cli;

/// <summary>The commands of persons, from the command line through the real API to a control plane on fakes.</summary>
public sealed class OrderCommandTests
{
    [Fact]
    public async Task An_order_says_what_became_of_it_by_its_exit_code()
    {
        using LoopFixture loop = new();
        loop.Git.Person("apps/tiny-ops/gates.yaml", text => text + "approval: { count: 2 }\n");
        await loop.SecondWaits();
        await using FunctionHost host = await Host(loop);
        using ScratchFolder scratch = new();
        Home home = Card(scratch["home"], host.Http.BaseAddress!);

        Assert.Equal(ExitCodes.Failed, await Run(loop, home, "hold", "tiny-ops@1.1.0", "--reason", "no"));
        Assert.Equal(ExitCodes.Failed, await Run(loop, home, "approve", "tiny-ops@9.9.9", "--reason", "no"));
        Assert.Equal(ExitCodes.Usage, await Run(loop, home, "approve", "tiny-ops", "--reason", " "));
        Assert.Equal(ExitCodes.Pending, await Run(loop, home, "approve", "tiny-ops@1.1.0", "--reason", "good", "--by", "ann"));
        Assert.Equal(ExitCodes.Failed, await Run(loop, home, "approve", "tiny-ops@1.1.0", "--reason", "very good", "--by", "ann"));
        Assert.Equal(ExitCodes.Ok, await Run(loop, home, "approve", "tiny-ops", "--reason", "good", "--by", "bob"));
        Assert.Equal(Phase.Progressing, (await loop.Release("1.1.0")).Phase);
        Assert.Equal(["cli", "cli"], (await loop.Log()).Where(entry => entry.Kind == "Approved").Select(entry => entry.Evidence["source"]));
    }

    [Theory]
    [InlineData(Phase.AwaitingApproval, "llmops approve")]
    [InlineData(Phase.Refused, "llmops retry")]
    [InlineData(Phase.Stalled, "llmops retry")]
    [InlineData(Phase.Evaluating, null)]
    [InlineData(Phase.Done, null)]
    public void A_release_that_waits_for_a_person_shows_the_command_that_frees_it(Phase phase, string? command)
    {
        Release release = new() { Model = "m", Version = "1.0.0", Digest = "", Phase = phase, Closed = phase.IsEnd(), UploadedAt = default, PhaseSince = default };
        Assert.Equal(command is not null, NextCommand.Of(release)?.Contains(command ?? "", StringComparison.Ordinal) ?? false);
    }

    private static Task<FunctionHost> Host(LoopFixture loop) => FunctionHost.Start(
        FunctionHost.Options(typeof(HttpApiCommands), typeof(HttpApiReleases), typeof(HttpApiAudit)),
        parts: [loop.Get<ReceiveCommand>(), loop.Get<ListReleases>(), loop.Get<GetRelease>(), loop.Get<GetGateReport>(), loop.Get<StartRelease>(), loop.Get<ReadAudit>(), loop.Get<VerifyAudit>()]);

    private static Home Card(string folder, Uri url)
    {
        Home home = new(folder);
        Directory.CreateDirectory(folder);
        StackCard.OfThisProcess(url, null).Write(home.StackCard);
        File.WriteAllText(home.Secrets, JsonSerializer.Serialize(new Secrets(FunctionHost.Key, "", "", ""), Wire.Json));
        return home;
    }

    private static async Task<int> Run(LoopFixture loop, Home home, string verb, params string[] arguments)
    {
        Command command = OrderCommand.CreateAll().Single(one => one.Name == verb);
        Task<int> run = command.Parse([.. arguments, "--home", home.Folder]).InvokeAsync();
        while (!run.IsCompleted)
        {
            await loop.Drain();
            await Task.WhenAny(run, Task.Delay(50));
        }
        return await run;
    }
}
