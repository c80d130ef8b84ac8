using System.Globalization;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Adapters;

/// <summary>How git's answers read.</summary>
internal static class GitText
{
    /// <summary>The format of `git log -z` that <see cref="Commits"/> reads: four fields a commit, none of which can hold a NUL.</summary>
    public const string LogFormat = "--format=tformat:%H%x00%ct%x00%s%x00%(trailers:only,unfold)";

    /// <summary>Reads the commits of a log in <see cref="LogFormat"/>.</summary>
    public static IReadOnlyList<GitCommit> Commits(string log) =>
        [.. log.Split('\0').Chunk(4).Where(fields => fields.Length == 4).Select(fields => new GitCommit(
            fields[0],
            DateTimeOffset.FromUnixTimeSeconds(long.Parse(fields[1], CultureInfo.InvariantCulture)),
            fields[2],
            Trailers(fields[3])))];

    private static Dictionary<string, string> Trailers(string lines)
    {
        Dictionary<string, string> trailers = [];
        foreach (string line in lines.Split('\n'))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                trailers[line[..colon].TrimEnd()] = line[(colon + 1)..].Trim();
            }
        }
        return trailers;
    }
}
