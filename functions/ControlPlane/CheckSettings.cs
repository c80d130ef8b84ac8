using System.ComponentModel.DataAnnotations;

namespace LlmOps;

/// <summary>Checks sections of settings by what is annotated on them.</summary>
public static class CheckSettings
{
    /// <summary>Throws one <see cref="ValidationException"/> that names all that is wrong; a message tells a field, never its value.</summary>
    public static void All(params IReadOnlyList<(string Section, object Settings)> sections)
    {
        List<string> problems = [];
        foreach ((string section, object settings) in sections)
        {
            List<ValidationResult> found = [];
            Validator.TryValidateObject(settings, new ValidationContext(settings), found, validateAllProperties: true);
            problems.AddRange(found.Select(problem => Told(section, problem.ErrorMessage ?? "is wrong")));
        }
        if (problems.Count > 0)
        {
            throw new ValidationException(string.Join("; ", problems));
        }
    }

    private static string Told(string section, string message) => message.StartsWith(section, StringComparison.Ordinal) ? message : $"{section}: {message}";
}
