using LlmOps.LocalHost.Functions.Blobs;
using LlmOps.LocalHost.Functions.Http;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.LocalHost.Functions;

/// <summary>
/// What a trigger allows a function to be: the types of the input, the type returned, and the names of the values (of a
/// route, of a blob's path) that string parameters can take.
/// </summary>
internal sealed record TriggerShape(IReadOnlyList<Type> Inputs, Type Returns, IReadOnlyCollection<string> Values)
{
    /// <summary>The shape of a trigger that this host can feed, or null.</summary>
    public static TriggerShape? Of(Attribute trigger) => trigger switch
    {
        HttpTriggerAttribute http => new([typeof(HttpRequest)], typeof(Task<IResult>), FunctionRoute.ValueNames(http)),
        BlobTriggerAttribute blob => new([typeof(string), typeof(Stream)], typeof(Task), BlobPath.Parse(blob.BlobPath).ValueNames),
        ServiceBusTriggerAttribute { QueueName: not null, IsBatched: false } => new([typeof(string)], typeof(Task), []),
        TimerTriggerAttribute => new([typeof(TimerInfo)], typeof(Task), []),
        _ => null,
    };
}
