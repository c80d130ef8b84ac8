namespace LlmOps.LocalHost.Monitoring;

/// <summary>Programs as Debian names them, looked for as a shell does.</summary>
internal static class InstalledProgram
{
    public const string Prometheus = "prometheus";
    public const string Alertmanager = "prometheus-alertmanager";

    /// <summary>The program's path, or null when it is not on the PATH.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    /// <summary>The program's path; throws when it is not installed.</summary>
    public static string Require(string name) =>
        Find(name) ?? throw new FileNotFoundException($"{name} is not installed: apt-get install {name}");
}
