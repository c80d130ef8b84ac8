namespace LlmOps.Tests.LocalHost.Monitoring;

/// <summary>A test that needs programs: skipped with the reason where one is absent, but never in CI, where it then fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresProgramsFactAttribute : FactAttribute
{
    public RequiresProgramsFactAttribute(params string[] programs)
    {
        string? missing = programs.FirstOrDefault(program => LlmOps.LocalHost.Monitoring.InstalledProgram.Find(program) is null);
        if (missing is not null && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Skip = $"{missing} is not installed";
        }
    }
}
