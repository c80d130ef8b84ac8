namespace LlmOps.Registry.Mlflow;

/// <summary>MLflow's `order_by`: keys, each ascending unless it says DESC.</summary>
public static class MlflowOrder
{
    /// <summary>Sorts by the keys given and then, for ties, by the order that the items came in; null with a refusal for an unknown key.</summary>
    public static (IReadOnlyList<T>? Sorted, string Refusal) Sort<T>(
        IReadOnlyList<T> items, IReadOnlyList<string> orderBy, IReadOnlyDictionary<string, Comparison<T>> keys)
    {
        List<Comparison<T>> order = [];
        foreach (string asked in orderBy)
        {
            string[] words = asked.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length is 0 or > 2 || !keys.TryGetValue(words[0].Trim('`'), out Comparison<T>? key) || Sign(words) is not { } sign)
            {
                return (null, $"Invalid order_by '{asked}'. Valid are {string.Join(", ", keys.Keys.Order(StringComparer.Ordinal))}, each with ASC or DESC");
            }
            order.Add((left, right) => sign * key(left, right));
        }
        Comparer<T> comparer = Comparer<T>.Create((left, right) => order.Select(compare => compare(left, right)).FirstOrDefault(result => result != 0));
        return ([.. items.Order(comparer)], "");
    }

    private static int? Sign(string[] words) => words.Length == 1 ? 1 : words[1].ToUpperInvariant() switch
    {
        "ASC" => 1,
        "DESC" => -1,
        _ => null,
    };
}
