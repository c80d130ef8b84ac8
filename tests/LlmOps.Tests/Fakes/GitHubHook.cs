using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmOps.Inbox;
using LlmOps.Ports;

namespace LlmOps.Tests.Fakes;

/// <summary>GitHub's webhooks, signed as GitHub signs them, with what the control plane reads of them.</summary>
internal static class GitHubHook
{
    public const string Secret = "github-secret-of-tests";

    public static string Sign(string body, string secret = Secret) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));

    public static string Delivery(int number) => string.Create(CultureInfo.InvariantCulture, $"72d3162e-cc78-11e3-81ab-{number:x12}");

    public static Task<Receipt> Tell(this LoopFixture loop, string name, string body, int delivery = 1) =>
        loop.Get<ReceiveGitHub>().Handle(Encoding.UTF8.GetBytes(body), name, Delivery(delivery), Sign(body), default);

    /// <summary>Tells something and does what follows from it.</summary>
    public static async Task<Receipt> TellAndDrain(this LoopFixture loop, string name, string body, int delivery = 1)
    {
        Receipt receipt;
        try
        {
            receipt = await loop.Tell(name, body, delivery);
        }
        catch (CrashException)
        {
            // The request died with the process: GitHub, asked by the sweep, delivers it again.
            loop.Restart();
            receipt = await loop.Tell(name, body, delivery);
        }
        await loop.Drain();
        return receipt;
    }

    public static string Push(string after, string branch = "main") => JsonSerializer.Serialize(new
    {
        @ref = $"refs/heads/{branch}", before = new string('1', 40), after, repository,
    });

    public static string PullRequest(int number, DateTimeOffset at, string action = "opened", string head = "h", string branch = "main", object? changes = null) =>
        JsonSerializer.Serialize(new
        {
            action, changes, repository,
            pull_request = new { number, updated_at = at, head = new { sha = head }, @base = new { @ref = branch } },
        });

    public static string Comment(
        int number, string login, string body, DateTimeOffset at, long id = 7, string action = "created", string type = "User", string association = "OWNER") =>
        JsonSerializer.Serialize(new
        {
            action, repository, issue = new { number },
            comment = new { id, body, created_at = at, author_association = association, user = new { login, type } },
        });

    public static string Check(string action, string name, string reference, string login = "ann", string? identifier = null, long id = 9) =>
        JsonSerializer.Serialize(new
        {
            action, repository, sender = new { login }, requested_action = identifier is null ? null : new { identifier },
            check_run = new { id, name, external_id = reference },
        });

    private static readonly object repository = new { full_name = "acme/fleet" };
}
