namespace LlmOps.FunctionApp.Http;

/// <summary>The longest request bodies that are read, in bytes.</summary>
internal static class BodyLimit
{
    /// <summary>Our own; a payload of a thousand alerts is a tenth of it.</summary>
    public const int Alertmanager = 4 << 20;

    /// <summary>Our own; a Flux event's message is at most 39,000 characters.</summary>
    public const int Flux = 4 << 20;

    /// <summary>GitHub's own cap: it does not send what is longer.</summary>
    public const int GitHub = 25 << 20;

    /// <summary>Azure Monitor's own cap for an alert in the common schema is 256 KiB.</summary>
    public const int AzureAlert = 512 << 10;

    /// <summary>Our own: an API request is a handful of fields.</summary>
    public const int Api = 64 << 10;
}
