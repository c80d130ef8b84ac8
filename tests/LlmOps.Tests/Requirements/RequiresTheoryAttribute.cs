namespace LlmOps.Tests.Requirements;

/// <summary>A theory that is skipped, with the reason, where a tool is missing; in CI it runs and fails instead.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresTheoryAttribute : TheoryAttribute
{
    public RequiresTheoryAttribute(params Tool[] tools)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") return;
        Skip = tools.Select(Tools.Missing).FirstOrDefault(reason => reason is not null);
    }
}
