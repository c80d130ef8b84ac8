using System.Text.RegularExpressions;

namespace LlmOps.Ports;

/// <summary>What every host of reviews takes, so that what works on one works on all: the limits are GitHub's.</summary>
public static partial class ReviewRules
{
    /// <summary>Characters of a check's summary.</summary>
    public const int MostSummary = 65_535;

    /// <summary>Characters of a comment, and of a pull request's text.</summary>
    public const int MostText = 65_536;

    /// <summary>Characters of a title.</summary>
    public const int MostTitle = 256;

    private const int MostActions = 3;

    /// <summary>Throws <see cref="ArgumentException"/> unless a check can be put.</summary>
    public static void Check(CheckRun check)
    {
        CheckSha(check.Sha);
        Require(IsLine(check.Name, 100), "a check's name is one line of at most 100 characters");
        Require(IsLine(check.Title, MostTitle), $"a check's title is one line of at most {MostTitle} characters");
        Require(check.Summary.Length is > 0 and <= MostSummary, $"a check's summary has 1 to {MostSummary} characters, not {check.Summary.Length}");
        Require(check.Reference.Length <= 200, "a check's reference has at most 200 characters");
        Require(check.Details is null or { IsAbsoluteUri: true, Scheme: "https" or "http" }, "a check's details are an http address");
        Require(check.Actions.Count <= MostActions, $"a check has at most {MostActions} actions");
        foreach (CheckAction action in check.Actions)
        {
            Require(
                IsLine(action.Label, 20) && IsLine(action.Description, 40) && IsLine(action.Identifier, 20),
                "an action has a label and an identifier of at most 20 characters and a description of at most 40");
        }
    }

    /// <summary>Throws <see cref="ArgumentException"/> unless a comment can be put.</summary>
    public static void Check(ReviewComment comment)
    {
        Require(comment.Key.Length > 0, "a comment needs a key");
        Require(comment.Number > 0, "a comment needs the number of an issue or a pull request");
        Require(comment.Body.Length is > 0 and <= MostText, $"a comment has 1 to {MostText} characters, not {comment.Body.Length}");
    }

    /// <summary>Throws <see cref="ArgumentException"/> unless a pull request can be opened.</summary>
    public static void Check(PullRequestDraft draft)
    {
        CheckSha(draft.BaseSha);
        Require(draft.Key.Length > 0, "a pull request needs a key");
        Require(IsLine(draft.Message.Subject, MostTitle), $"a pull request's title is one line of at most {MostTitle} characters");
        Require(draft.Message.ToString().Length <= MostText, $"a pull request's text has at most {MostText} characters");
        Require(draft.Files.Count > 0, "a pull request changes at least one file");
    }

    private static void CheckSha(string sha) => Require(Sha().IsMatch(sha), $"'{PlainText.OneLine(sha, 50)}' is no SHA of a commit");

    private static bool IsLine(string text, int most) => text.Length > 0 && text.Length <= most && !text.Any(char.IsControl);

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException(rule);
        }
    }

    [GeneratedRegex(@"\A[0-9a-f]{40}\z")]
    private static partial Regex Sha();
}
