namespace LlmOps.Tests.Requirements;

/// <summary>A fact that is skipped, with the reason, where a tool is missing; in CI it runs and fails instead.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresFactAttribute : FactAttribute
{
    public RequiresFactAttribute(params Tool[] tools) => Skip = Tools.FirstMissing(tools);
}
