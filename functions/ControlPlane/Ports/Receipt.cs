namespace LlmOps.Ports;

/// <summary>The answer to an HTTP request: its status code and a sentence. 2xx means that what was sent is stored.</summary>
public sealed record Receipt(int Status, string Text);
