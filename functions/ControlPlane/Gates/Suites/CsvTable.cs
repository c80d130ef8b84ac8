using System.Text;
using LlmOps.Manifests;

namespace LlmOps.Gates.Suites;

/// <summary>Reads comma-separated values (RFC 4180): quoted fields may hold commas, line ends and doubled quotes.</summary>
internal static class CsvTable
{
    /// <summary>One mapping from heading to field a row.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Parse(string file, string text)
    {
        List<List<string>> rows = Rows(file, text.TrimStart('\uFEFF'));
        if (rows.Count == 0)
        {
            throw new ManifestException(file, "has no heading line");
        }
        List<string> heading = [.. rows[0].Select(field => field.Trim())];
        if (heading.Distinct(StringComparer.Ordinal).Count() != heading.Count)
        {
            throw new ManifestException(file, "has a column twice");
        }
        List<IReadOnlyDictionary<string, string>> table = [];
        for (int i = 1; i < rows.Count; i++)
        {
            if (rows[i].Count != heading.Count)
            {
                throw new ManifestException(file, $"row {i + 1} has {rows[i].Count} fields, the heading has {heading.Count}");
            }
            table.Add(heading.Zip(rows[i]).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));
        }
        return table;
    }

    private static List<List<string>> Rows(string file, string text)
    {
        List<List<string>> rows = [];
        List<string> row = [];
        StringBuilder field = new();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quoted)
            {
                if (c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else if (c == '"')
                {
                    quoted = false;
                }
                else
                {
                    field.Append(c);
                }
            }
            else if (c == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (c is ',' or '\n')
            {
                row.Add(field.ToString().TrimEnd('\r'));
                field.Clear();
                if (c == '\n')
                {
                    rows.Add(row);
                    row = [];
                }
            }
            else
            {
                field.Append(c);
            }
        }
        if (quoted)
        {
            throw new ManifestException(file, "ends inside a quoted field");
        }
        if (field.Length > 0 || row.Count > 0)
        {
            row.Add(field.ToString().TrimEnd('\r'));
            rows.Add(row);
        }
        return [.. rows.Where(fields => fields is not [""])];
    }
}
