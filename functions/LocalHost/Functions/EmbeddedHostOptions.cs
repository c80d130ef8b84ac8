using LlmOps.FunctionApp.Triggers;

namespace LlmOps.LocalHost.Functions;

/// <summary>How the embedded host runs the functions.</summary>
internal sealed record EmbeddedHostOptions
{
    /// <summary>The key that functions above <c>Anonymous</c> ask for.</summary>
    public required string HostKey { get; init; }

    /// <summary>What <c>%name%</c> in a trigger stands for.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>How many messages of one queue are handled at once, each of another ordering key; 1 or more.</summary>
    public int ConcurrencyPerQueue { get; init; } = 4;

    /// <summary>How often the lock of a message in hand is renewed; well under the queue's lock duration.</summary>
    public TimeSpan LockRenewal { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the containers of blob triggers are listed.</summary>
    public TimeSpan BlobPoll { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long functions under way may go on after a stop was asked for.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The types that are searched for functions.</summary>
    public IReadOnlyList<Type> FunctionTypes { get; init; } = typeof(BlobModelUploaded).Assembly.GetExportedTypes();
}
