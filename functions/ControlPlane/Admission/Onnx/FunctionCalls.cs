using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace LlmOps.Admission.Onnx;

/// <summary>Which function of a model calls which. A cycle would inline without end in a reader (GHSA-7w46-vvrh-m8q5).</summary>
internal sealed class FunctionCalls
{
    private readonly Dictionary<UInt128, (string Name, List<UInt128> Calls)> functions = [];

    /// <summary>A function's identity, of fixed length however long its names are.</summary>
    public static UInt128 Identity(string domain, string name, string overload)
    {
        string own = domain == "ai.onnx" ? "" : domain;
        return BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{own}\0{name}\0{overload}")));
    }

    /// <summary>Notes a function; false when there is one of that identity already.</summary>
    public bool Add(UInt128 identity, string name, List<UInt128> calls) => functions.TryAdd(identity, (name, calls));

    /// <summary>The name of a function that calls itself, over others or not, or null. Without recursion.</summary>
    public string? Cycle()
    {
        HashSet<UInt128> done = [];
        foreach (UInt128 start in functions.Keys)
        {
            HashSet<UInt128> open = [];
            Stack<(UInt128 At, int Next)> path = new([(start, 0)]);
            while (path.TryPop(out (UInt128 At, int Next) step))
            {
                if (done.Contains(step.At))
                {
                    continue;
                }
                open.Add(step.At);
                List<UInt128> calls = functions[step.At].Calls;
                if (step.Next == calls.Count)
                {
                    open.Remove(step.At);
                    done.Add(step.At);
                    continue;
                }
                path.Push((step.At, step.Next + 1));
                UInt128 callee = calls[step.Next];
                if (open.Contains(callee))
                {
                    return functions[callee].Name;
                }
                if (functions.ContainsKey(callee))
                {
                    path.Push((callee, 0));
                }
            }
        }
        return null;
    }
}
