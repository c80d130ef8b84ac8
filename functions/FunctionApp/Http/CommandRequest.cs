using LlmOps.Inbox;

namespace LlmOps.FunctionApp.Http;

/// <summary>The document of a command; the release stands in the address.</summary>
internal sealed record CommandRequest(string Verb, string By, string Reason, string Key, string Source = "api")
{
    public ReleaseCommand For(string model, string? version) => new(Verb, model, version, By, Reason, Key, Source);
}
