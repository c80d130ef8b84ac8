using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Tests.Contracts;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.ControlPlane.Inbox.GitHub;

/// <summary>The payloads that GitHub's own SDK is tested with.</summary>
[Needs(Tool.GitHubPayloads)]
public sealed class RecordedPayloadTests
{
    [ContractFact]
    public async Task Every_payload_is_answered_and_none_for_another_branch_has_an_effect()
    {
        using LoopFixture loop = new();
        int hints = loop.Cluster.Hints;
        (string Name, string Body)[] payloads = [.. Payloads()];
        Assert.Equal(329, payloads.Length);
        foreach ((string name, string body) in payloads)
        {
            Receipt receipt = await loop.TellAndDrain(name, body);
            Assert.True(receipt.Status == 200, $"{name}: {receipt}\n{body[..Math.Min(300, body.Length)]}");
        }
        Assert.Empty(loop.Failures);
        Assert.Empty(loop.Bus.Sent);
        Assert.Empty(loop.Blobs.Names(Containers.State));
        Assert.Equal(hints, loop.Cluster.Hints);
        Assert.Empty(loop.Reviews.Checks);
        Assert.Empty(loop.Reviews.Comments);
    }

    [ContractFact]
    public async Task Twenty_copies_at_once_of_each_that_has_an_effect_have_one()
    {
        using LoopFixture loop = new();
        loop.Reviews.Propose("Another", ("README.md", "x"));
        loop.Reviews.Propose("The recorded one", ("apps/tiny-ops/README.md", "x"));
        HashSet<string> heard = [];
        int hints = loop.Cluster.Hints;
        foreach ((string name, string body) in Payloads().Select(payload => (payload.Name, ForMain(payload.Body))))
        {
            Receipt[] receipts = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => loop.Tell(name, body, i))));
            Assert.All(receipts, receipt => Assert.Equal(receipts[0], receipt));
            if (receipts[0].Status == 202)
            {
                heard.Add($"{name} {(JsonElement.Parse(body).TryGetProperty("action", out JsonElement action) ? action.GetString() : "")}".Trim());
                await loop.Drain();
            }
        }
        Assert.Equal(["pull_request opened", "pull_request reopened", "pull_request synchronize", "push"], heard.Order(StringComparer.Ordinal));
        Assert.Empty(loop.Failures);
        Assert.Equal(hints + 1, loop.Cluster.Hints);
        Assert.Equal(3, loop.Reviews.ChecksPut);
        Assert.Equal("llmops/tiny-ops", Assert.Single(loop.Reviews.Checks).Name);
    }

    [ContractFact]
    public async Task Told_in_any_order_they_end_in_the_same_checks()
    {
        (string Name, string Body)[] payloads = [.. Payloads().Where(payload => payload.Name == "pull_request").Select(payload => (payload.Name, ForMain(payload.Body)))];
        string? expected = null;
        for (int seed = 0; seed < 10; seed++)
        {
            using LoopFixture loop = new();
            loop.Reviews.Propose("Another", ("README.md", "x"));
            loop.Reviews.Propose("The recorded one", ("apps/tiny-ops/route.yaml", "weights: none"));
            Random order = new(seed);
            order.Shuffle(payloads);
            foreach ((string name, string body) in payloads)
            {
                await loop.TellAndDrain(name, body, order.Next());
            }
            string checks = string.Join('\n', loop.Reviews.Checks);
            expected ??= checks;
            Assert.Equal(expected, checks);
            Assert.Equal(Conclusion.Failure, Assert.Single(loop.Reviews.Checks).Conclusion);
        }
    }

    // The recorded repository's branch is called master.
    private static string ForMain(string body) => body
        .Replace("refs/heads/master", "refs/heads/main", StringComparison.Ordinal).Replace("\"ref\":\"master\"", "\"ref\":\"main\"", StringComparison.Ordinal);

    private static IEnumerable<(string Name, string Body)> Payloads()
    {
        using JsonDocument events = JsonDocument.Parse(File.ReadAllText(Path.Combine(Tools.GitHubPayloadFolder, "api.github.com/index.json")));
        foreach (JsonElement one in events.RootElement.EnumerateArray())
        {
            foreach (JsonElement example in one.GetProperty("examples").EnumerateArray())
            {
                yield return (one.GetProperty("name").GetString()!, JsonSerializer.Serialize(example));
            }
        }
    }
}
