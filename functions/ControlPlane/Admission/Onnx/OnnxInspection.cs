using LlmOps.Ports;

namespace LlmOps.Admission.Onnx;

/// <summary>Judges an ONNX file as it passes by: its form, its size, its operators, and where its tensors lie.</summary>
internal sealed class OnnxInspection : IFileInspection, IOnnxListener
{
    private const int ExternalLocation = 1;
    private const int MaxTold = 1_000;

    private readonly string path;
    private readonly AdmissionOptions options;
    private readonly IReadOnlyDictionary<string, long> beside;
    private readonly OnnxWalk walk;
    private readonly OnnxCounts counts;
    private readonly OperatorRules operators;
    private readonly Stack<OnnxScope> scopes = new();
    private readonly FunctionCalls functions = new();
    private readonly HashSet<string> told = new(StringComparer.Ordinal);
    private OnnxScope? function;

    /// <param name="path">The file's path in the version.</param>
    /// <param name="size">The file's size in bytes.</param>
    /// <param name="beside">The sizes in bytes of the listed files by their path from the file's folder.</param>
    /// <param name="options">The caps and the domains.</param>
    public OnnxInspection(string path, long size, IReadOnlyDictionary<string, long> beside, AdmissionOptions options)
    {
        (this.path, this.beside, this.options) = (path, beside, options);
        counts = new OnnxCounts(options);
        operators = new OperatorRules(options);
        walk = new OnnxWalk(size, options, this);
        scopes.Push(new OnnxScope(OnnxMessage.Model, 0));
    }

    public FaultList Faults { get; } = new();

    public void Feed(ReadOnlySpan<byte> bytes) => walk.Feed(bytes);

    public void End()
    {
        walk.End();
        if (walk.Broken is { } broken)
        {
            Faults.Add(At(walk.Position), broken, "export the model again; `onnx.checker` shows whether a file is whole");
            return;
        }
        foreach (string missing in counts.Missing())
        {
            Faults.Add(path, missing, "export the model again with a current exporter");
        }
        if (functions.Cycle() is { } cycle)
        {
            Faults.Add(path, $"has a function '{Shown(cycle)}' that calls itself, directly or over others", "export the model without recursive functions");
        }
    }

    void IOnnxListener.Entered(OnnxMessage message, long at)
    {
        scopes.Push(new OnnxScope(message, at));
        function = message == OnnxMessage.Function ? scopes.Peek() : function;
        bool isSubGraph = message == OnnxMessage.Graph && scopes.Count > 2;
        if (counts.Count(message, isSubGraph) is { } excess)
        {
            walk.Break(excess);
        }
    }

    void IOnnxListener.HasInteger(OnnxField field, long value)
    {
        OnnxScope scope = scopes.Peek();
        counts.Note(scope.Message, field, value);
        scope.IsExternal |= scope.Message == OnnxMessage.Tensor && field.Name == "data_location" && value == ExternalLocation;
    }

    void IOnnxListener.HasName(OnnxField field, string text) => scopes.Peek()[field.Name] = text;

    void IOnnxListener.Left(OnnxMessage message)
    {
        OnnxScope scope = scopes.Pop();
        switch (message)
        {
            case OnnxMessage.Node:
                Judge(scope, $"node '{Shown(scope["name"])}'", scope["op_type"]);
                function?.Calls.Add(FunctionCalls.Identity(scope["domain"], scope["op_type"], scope["overload"]));
                break;
            case OnnxMessage.Function:
                Judge(scope, $"function '{Shown(scope["name"])}'", null);
                Note(scope);
                break;
            case OnnxMessage.OperatorSet:
                Judge(scope, "its operator sets", null);
                break;
            case OnnxMessage.External:
                Refer(scopes.Peek(), scope);
                break;
            case OnnxMessage.Tensor when scope.External is not null || scope.IsExternal:
                Tell(scope, scope, (scope.External ?? new ExternalReference()).Problem(beside));
                break;
        }
    }

    private void Judge(OnnxScope scope, string who, string? name)
    {
        // One fault an operator or domain, however many nodes have it.
        if (operators.Problem(scope["domain"], name) is var (what, todo) && !told.Contains(what))
        {
            if (told.Count < MaxTold)
            {
                told.Add(what);
            }
            Faults.Add(At(scope.At), $"has {what} in {who}", todo);
        }
    }

    private void Note(OnnxScope scope)
    {
        function = null;
        if (!functions.Add(FunctionCalls.Identity(scope["domain"], scope["name"], scope["overload"]), scope["name"], scope.Calls))
        {
            Faults.Add(At(scope.At), $"defines the function '{Shown(scope["name"])}' twice", "export the model again");
        }
    }

    private void Refer(OnnxScope tensor, OnnxScope entry)
    {
        tensor.External ??= new ExternalReference();
        Tell(tensor, entry, tensor.External.Add(entry["key"], entry["value"]));
    }

    private void Tell(OnnxScope tensor, OnnxScope where, string? problem)
    {
        if (problem is not null)
        {
            string name = tensor["name"] is { Length: > 0 } named ? $"tensor '{Shown(named)}'" : "a tensor";
            Faults.Add(
                At(where.At), $"says that {name} {problem}", "save the model with its external data in files beside it, and list them (`llmops pack`)");
        }
    }

    private static string Shown(string text) => PlainText.OneLine(text, 100);

    private string At(long position) => $"{path} at byte {position:N0}";
}
