using System.Security.Cryptography;
using System.Text;
using LlmOps.Ports;

namespace LlmOps.Reviews.Api;

/// <summary>The line that a comment carries unseen, by which it is found again: GitHub's comments have no key of their own.</summary>
public static class CommentMark
{
    public static string Of(string key) => $"<!-- llmops:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32]} -->";

    /// <summary>A comment's text with its mark, within GitHub's limit.</summary>
    public static string Put(ReviewComment comment)
    {
        string mark = $"\n{Of(comment.Key)}\n";
        return MarkdownText.Cut(comment.Body, ReviewRules.MostText - mark.Length, "…") + mark;
    }
}
