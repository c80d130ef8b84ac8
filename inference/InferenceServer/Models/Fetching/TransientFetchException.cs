namespace LlmOps.Inference.Models.Fetching;

/// <summary>A request that may succeed when it is sent again, at the earliest after the pause that the origin asked for.</summary>
internal sealed class TransientFetchException(string message, TimeSpan? after = null) : Exception(message)
{
    public TimeSpan? After { get; } = after;
}

/// <summary>The origin's file is not the one any more whose beginning lies here.</summary>
internal sealed class ChangedSourceException(string message) : Exception(message);
