namespace LlmOps.Inference.Endpoints;

/// <summary>A request that has been understood: the answers to make and how they are written.</summary>
internal sealed record ParsedRequest(IReadOnlyList<Choice> Choices, IAnswerForm Form, SharedFields Shared);

/// <summary>What a request turned out to be: understood, or refused with a reason.</summary>
internal readonly record struct Parsed(ParsedRequest? Request, ApiError? Error)
{
    public static implicit operator Parsed(ApiError error) => new(null, error);

    public static implicit operator Parsed(ParsedRequest request) => new(request, null);
}
