using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace LlmOps.Registry.Mlflow;

/// <summary>A part of a result: what to skip and how much to show.</summary>
public sealed record MlflowPage(int Offset, int Count)
{
    private const string Mark = "after:";

    /// <summary>Reads `max_results` and `page_token`; the refusal says what is wrong where the page is null.</summary>
    public static (MlflowPage? Page, string Refusal) Parse(MlflowRequest request, int usual, int most)
    {
        int count = usual;
        if (request.Field("max_results") is { } asked && !(int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0 && count <= most))
        {
            return (null, $"Invalid value for request parameter max_results. It must be from 1 to {most}, but got value {asked}");
        }
        if (request.Field("page_token") is not { } token)
        {
            return (new MlflowPage(0, count), "");
        }
        return Position(token) is { } offset ? (new MlflowPage(offset, count), "") : (null, "Invalid page token: take the one that the last answer gave");
    }

    /// <summary>This part of a whole, and the token of the next one: null at the end.</summary>
    public (IReadOnlyList<T> Items, string? Next) Of<T>(IReadOnlyList<T> whole)
    {
        string? next = Offset + Count < whole.Count ? Token(Offset + Count) : null;
        return ([.. whole.Skip(Offset).Take(Count)], next);
    }

    private static string Token(int offset) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Mark}{offset}")));

    private static int? Position(string token)
    {
        if (!Base64Url.IsValid(token))
        {
            return null;
        }
        string text = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(token));
        return text.StartsWith(Mark, StringComparison.Ordinal) && int.TryParse(text[Mark.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int offset)
            ? offset
            : null;
    }
}
