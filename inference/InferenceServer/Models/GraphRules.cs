using System.Globalization;

namespace LlmOps.Inference.Models;

/// <summary>What a model file may ask of the runtime: operators that it has itself, and bytes of files beside the model.</summary>
internal static class GraphRules
{
    private static readonly string[] Domains = ["", "ai.onnx", "ai.onnx.ml", "com.microsoft"];
    private static readonly string[] Keys = ["location", "offset", "length", "checksum"];

    // Its attribute is a compiled engine, or the path of a file with one.
    private const string CompiledCode = "com.microsoft:EPContext";

    /// <summary>Refuses a graph with code of its own, and data elsewhere than in the folder or in a file that no digest covers.</summary>
    /// <param name="graph">What the file says.</param>
    /// <param name="folder">The model's folder.</param>
    /// <param name="file">The model file's path in it.</param>
    /// <param name="release">What the folder consists of, where that is known.</param>
    public static void Check(GraphSummary graph, string folder, string file, Release? release)
    {
        foreach (string entry in graph.AllOperators)
        {
            string domain = entry[..entry.IndexOf(':', StringComparison.Ordinal)];
            if (!Domains.Contains(domain)) throw new RefusedModelException($"{file}: the operator domain '{ReleaseRules.Shown(domain)}' is not the runtime's own");
            if (entry == CompiledCode) throw new RefusedModelException($"{file}: the operator EPContext carries compiled code");
        }
        // External data is named from the folder that the model lies in.
        string beside = file[..(file.LastIndexOf('/') + 1)];
        foreach (ExternalTensor tensor in graph.External)
        {
            if (Fault(tensor, folder, beside, release) is { } fault) throw new RefusedModelException($"{file}: a tensor's external data {fault}");
        }
    }

    private static string? Fault(ExternalTensor tensor, string folder, string beside, Release? release)
    {
        if (tensor.Entries.FirstOrDefault(entry => !Keys.Contains(entry.Key)).Key is { } odd) return $"has the key '{ReleaseRules.Shown(odd)}'";
        if (tensor.Entries.DistinctBy(entry => entry.Key).Count() < tensor.Entries.Count) return "has a key twice";
        Dictionary<string, string> values = tensor.Entries.ToDictionary(entry => entry.Key, entry => entry.Value);
        if (!values.TryGetValue("location", out string? location)) return "has no location";
        string shown = ReleaseRules.Shown(location);
        if (!ReleaseRules.IsInside(location)) return $"lies at '{shown}', which leads out of the model folder or is not a plain path";
        if (release is not null && release.Files.All(listed => listed.Path != beside + location)) return $"lies in '{shown}', which {Release.FileName} does not list";
        FileInfo found = new(Path.Combine(folder, beside + location));
        if (!found.Exists) return $"lies in '{shown}', which is missing";
        if (found.LinkTarget is not null) return $"lies in '{shown}', which is a link";
        if (!Number(values, "offset", out long offset) || !Number(values, "length", out long length)) return "has an offset or a length that is not a number of bytes";
        return offset > found.Length || length > found.Length - offset ? $"has {length:N0} bytes at {offset:N0} of '{shown}', which has {found.Length:N0}" : null;
    }

    private static bool Number(Dictionary<string, string> values, string key, out long number)
    {
        number = 0;
        return !values.TryGetValue(key, out string? text) || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
