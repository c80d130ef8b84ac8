namespace LlmOps.Inference.Endpoints.Wire;

internal sealed record ModelList(string Object, IReadOnlyList<ModelCard> Data);

internal sealed record ModelCard(string Id, string Object, long Created, string OwnedBy, string Version, string? Digest, int MaxModelLen)
{
    public static ModelCard Of(ServedModel served) =>
        new(served.Name, "model", served.StartedAt.ToUnixTimeSeconds(), "llmops", served.Version, served.Digest, served.ContextLength);
}
