namespace LlmOps.Inference.Sampling.Grammars;

/// <summary>Finds out whether a grammar has a rule that no finite text satisfies, as one that has to contain itself.</summary>
internal static class EndlessRules
{
    public static bool Any(Grammar grammar)
    {
        List<(int Rule, int Choice)>[] uses = [.. Enumerable.Range(0, grammar.Count).Select(_ => new List<(int, int)>())];
        // For each choice, how many of its symbols are not known to end.
        int[][] open = [.. Enumerable.Range(0, grammar.Count).Select(rule => new int[grammar[rule].Count])];
        bool[] ends = new bool[grammar.Count];
        Stack<int> found = [];
        for (int rule = 0; rule < grammar.Count; rule++)
        {
            for (int choice = 0; choice < grammar[rule].Count; choice++)
            {
                foreach (Symbol symbol in grammar[rule][choice].Where(symbol => symbol.Set is null))
                {
                    open[rule][choice]++;
                    uses[symbol.Index].Add((rule, choice));
                }
                if (open[rule][choice] == 0) Found(rule);
            }
        }
        while (found.TryPop(out int ended))
        {
            foreach ((int rule, int choice) in uses[ended])
            {
                if (--open[rule][choice] == 0) Found(rule);
            }
        }
        return ends.Contains(false);

        void Found(int rule)
        {
            if (!ends[rule]) found.Push(rule);
            ends[rule] = true;
        }
    }
}
