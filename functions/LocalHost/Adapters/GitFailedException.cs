namespace LlmOps.LocalHost.Adapters;

/// <summary>Git refused or could not: which command, its exit code, and what git said about it.</summary>
public sealed class GitFailedException(string command, int exitCode, string said)
    : Exception($"git {command} failed ({exitCode}): {(said.Length > 0 ? said : "it said nothing")}");
