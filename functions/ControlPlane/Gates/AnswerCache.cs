using System.Security.Cryptography;
using System.Text;
using LlmOps.Ports;

namespace LlmOps.Gates;

/// <summary>Answers of versions to prompts, by digest: what a version said once it says again, at temperature 0.</summary>
public sealed class AnswerCache(IBlobs blobs)
{
    /// <summary>What this version answered, or null.</summary>
    public async Task<Completion?> Find(string digest, string model, string prompt, Asked asked, int run, CancellationToken cancellation) =>
        (await blobs.ReadJson<Completion>(Containers.State, Name(digest, model, prompt, asked, run), cancellation))?.Value;

    /// <summary>Keeps an answer; an error is none, and the first one stays.</summary>
    public async Task Keep(string digest, string model, string prompt, Asked asked, int run, Completion answer, CancellationToken cancellation)
    {
        if (answer.Error is null)
        {
            await blobs.PutJson(Containers.State, Name(digest, model, prompt, asked, run), answer, PutCondition.IfAbsent, cancellation);
        }
    }

    private static string Name(string digest, string model, string prompt, Asked asked, int run) =>
        $"answers/{digest}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{model}\n{run}\n{(asked.Echo ? "echo" : asked.Logprobs)}\n{prompt}")))}.json";
}
