using System.Diagnostics;
using LlmOps.LocalHost.Processes;

namespace LlmOps.LocalHost.Crashes;

/// <summary>
/// What the variable LLMOPS_CRASH_POINTS asks for, in development only: `record:FILE` writes down every point, a line
/// each; `kill:POINT` dies right after a point, `kill:POINT > POINT` after the second counted from the first; `twice`
/// delivers every event and every message a second time.
/// </summary>
internal sealed record CrashRequest(CrashPoints? Points, bool Twice)
{
    public const string Variable = "LLMOPS_CRASH_POINTS";

    /// <summary>The request, or null when there is none; throws <see cref="FormatException"/> for one that is not understood.</summary>
    public static CrashRequest? FromEnvironment() => Environment.GetEnvironmentVariable(Variable)?.Split(':', 2) switch
    {
        null or [""] => null,
        ["record", var file] => new CrashRequest(new CrashPoints(point => File.AppendAllText(file, $"{point}\n")), Twice: false),
        ["kill", var path] => new CrashRequest(Kill(path), Twice: false),
        ["twice"] => new CrashRequest(null, Twice: true),
        _ => throw new FormatException($"{Variable} is record:FILE, kill:POINT or twice"),
    };

    private static CrashPoints Kill(string path)
    {
        Queue<CrashPoint> ahead = new(path.Split(" > ").Select(CrashPoint.Parse));
        int seen = 0;
        return new CrashPoints(point =>
        {
            CrashPoint next = ahead.Peek();
            if ((point.Name, point.Detail) != (next.Name, next.Detail) || ++seen < next.Occurrence)
            {
                return;
            }
            seen = 0;
            ahead.Dequeue();
            if (ahead.Count == 0)
            {
                Die();
            }
        });
    }

    // No handler, no finally block and no buffer is given a chance: what is durable now is all that is left.
    private static void Die()
    {
        Posix.Signal(Environment.ProcessId, Posix.Kill);
        throw new UnreachableException();
    }
}
