using System.ComponentModel.DataAnnotations;
using LlmOps.Events;

namespace LlmOps;

/// <summary>All that is wrong with the settings, at once; no secret is quoted.</summary>
public static class CheckOptions
{
    /// <summary>Each problem, with the setting that it is of where it is of one.</summary>
    public static IReadOnlyList<ValidationResult> Problems(ControlPlaneOptions options)
    {
        List<ValidationResult> problems = [];
        Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true);
        if (options.Admission is { } admission)
        {
            Validator.TryValidateObject(admission, new ValidationContext(admission), problems, validateAllProperties: true);
        }
        try
        {
            WebhookSettings.Check(options);
        }
        catch (InvalidOperationException error)
        {
            problems.Add(new ValidationResult(error.Message, [nameof(options.Webhooks)]));
        }
        return problems;
    }

    /// <summary>Throws with all that is wrong.</summary>
    public static void Require(ControlPlaneOptions options)
    {
        IReadOnlyList<ValidationResult> problems = Problems(options);
        if (problems.Count > 0)
        {
            throw new ValidationException(string.Join("; ", problems.Select(problem => problem.ErrorMessage)));
        }
    }
}
