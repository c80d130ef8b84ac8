using System.Security.Cryptography;
using System.Text;
using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints.Tools;

/// <summary>What a request's tools mean for its answers.</summary>
/// <param name="format">How the model writes a call.</param>
/// <param name="names">The functions that it may call.</param>
/// <param name="parallel">Whether it may call several times in one answer; else the first counts.</param>
/// <param name="answerId">What the ids of the calls are made of.</param>
internal sealed class ToolUse(ToolFormat format, IReadOnlySet<string> names, bool parallel, string answerId)
{
    // Some chat templates take exactly this form.
    private const int IdLength = 9;
    private const string IdCharacters = "0123456789abcdefghijklmnopqrstuvwxyz";

    private readonly FindToolCalls _find = new(format, names, parallel);

    public (string Text, IReadOnlyList<ToolCall> Calls) FindIn(string answer) => _find.In(answer);

    public HoldToolCalls Hold() => new(format, _find);

    /// <summary>The calls of one choice as they are sent; ids differ between calls, choices and answers.</summary>
    public IReadOnlyList<ToolCallBody>? OnTheWire(Choice choice, IReadOnlyList<ToolCall> calls, bool indexed) => calls.Count == 0
        ? null
        : [.. calls.Select((call, i) => new ToolCallBody(indexed ? i : null, Id(choice.Index, i), "function", new FunctionCallBody(call.Name, call.Arguments)))];

    private string Id(int choice, int call)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{answerId}/{choice}/{call}"));
        return string.Concat(hash.Take(IdLength).Select(b => IdCharacters[b % IdCharacters.Length]));
    }
}
