using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LlmOps.Manifests;

/// <summary>Passes on a YAML document without some keys of its root mapping; what remains keeps its places.</summary>
internal sealed class SkippingParser(IParser inner, Func<string, bool> skips) : IParser
{
    private int depth;
    private bool isKey = true;

    public ParsingEvent? Current => inner.Current;

    public bool MoveNext()
    {
        while (inner.MoveNext())
        {
            if (depth == 1 && isKey && inner.Current is Scalar key && skips(key.Value))
            {
                SkipValue();
                continue;
            }
            Follow(inner.Current!);
            return true;
        }
        return false;
    }

    private void SkipValue()
    {
        int level = 0;
        do
        {
            if (!inner.MoveNext())
            {
                return;
            }
            level += inner.Current!.NestingIncrease;
        }
        while (level > 0);
    }

    // Depth counts mappings and sequences, not the stream and the document.
    private void Follow(ParsingEvent now)
    {
        if (now is StreamStart or StreamEnd or DocumentStart or DocumentEnd)
        {
            return;
        }
        int before = depth;
        depth += now.NestingIncrease;
        if (before == 1 && depth == 1 || before == 2 && depth == 1)
        {
            isKey = !isKey;
        }
    }
}
