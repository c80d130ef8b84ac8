using System.Security.Cryptography;
using System.Text;
using LlmOps.Ports;

namespace LlmOps.Inbox.GitHub;

/// <summary>The newest command for a model that was taken: when it was written.</summary>
public sealed record NewestCommand(DateTimeOffset At);

/// <summary>What commands were answered, kept so that a killed answer is given as it was decided.</summary>
public sealed class CommandAnswers(IBlobs blobs)
{
    public async Task<Receipt?> Read(string key, CancellationToken cancellation) =>
        (await blobs.ReadJson<Receipt>(Containers.State, Name(key), cancellation))?.Value;

    /// <summary>Keeps an answer, or gives the one that was kept first.</summary>
    public async Task<Receipt> Keep(string key, Receipt receipt, CancellationToken cancellation) =>
        (await blobs.PutJson(Containers.State, Name(key), receipt, PutCondition.IfAbsent, cancellation)).Written
            ? receipt
            : await Read(key, cancellation) ?? receipt;

    /// <summary>When a newer command for the model was written; null when there is none, and this one is then the newest.</summary>
    public async Task<DateTimeOffset?> NewerFor(string model, GitHubEvent.CommandWritten written, CancellationToken cancellation)
    {
        string name = $"commands/newest/{model}.json";
        while (true)
        {
            (NewestCommand Value, string ETag)? newest = await blobs.ReadJson<NewestCommand>(Containers.State, name, cancellation);
            if (newest?.Value.At >= written.At)
            {
                return newest.Value.Value.At > written.At ? newest.Value.Value.At : null;
            }
            PutCondition condition = newest is { } read ? PutCondition.IfUnchanged(read.ETag) : PutCondition.IfAbsent;
            if ((await blobs.PutJson(Containers.State, name, new NewestCommand(written.At), condition, cancellation)).Written)
            {
                return null;
            }
        }
    }

    /// <summary>The answer as a comment: the command, and what came of it.</summary>
    public static string Text(GitHubEvent.CommandWritten written, Receipt receipt)
    {
        string what = receipt.Status is >= 200 and < 300 ? "✅ taken" : receipt.Status == 403 ? "⛔ not allowed" : "✋ not taken";
        string said = string.Join(" ", receipt.Text.Split('`').Select((part, i) => i % 2 == 1 ? $"`{PlainText.OneLine(part)}`" : MarkdownText.Inline(part, 1000)));
        return $"> {MarkdownText.Inline(written.Line, 200)}\n\n{what}: {said.Trim()}\n";
    }

    private static string Name(string key) => $"commands/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}.json";
}
