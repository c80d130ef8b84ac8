using LlmOps.Admission.Configs;
using LlmOps.Releases;

namespace LlmOps.Admission;

/// <summary>Which files a version must have, and how many and how large they may be.</summary>
internal static class FileRules
{
    // Protobuf's own limit; what is larger keeps its tensors in files beside it.
    private const long MaxOnnxBytes = int.MaxValue;

    private static readonly string[] Required = [GenaiRules.FileName, "tokenizer.json", "tokenizer_config.json"];

    // Optimum's exports describe themselves otherwise, and keep the model in one of these.
    private const string OptimumConfig = "config.json";
    private static readonly string[] OptimumModels = ["onnx/model.onnx", "model.onnx", "onnx/model_fp16.onnx", "onnx/model_q4.onnx"];

    /// <summary>Whether the version is too large to be read.</summary>
    public static bool Exceeds(UploadManifest manifest, AdmissionOptions options) => Sizes(manifest, options).Any();

    public static void Look(UploadManifest manifest, AdmissionOptions options, FaultList faults)
    {
        if (manifest.Model.Length > Names.LongestModel)
        {
            faults.Add(
                UploadManifest.FileName, $"names a model of {manifest.Model.Length} characters; {Names.LongestModel} leave room for '-green' in the 63 of a Kubernetes Service's name",
                "give the model a shorter name");
        }
        foreach ((string where, string what, string todo) in Sizes(manifest, options))
        {
            faults.Add(where, what, todo);
        }
        HashSet<string> listed = [.. manifest.Files.Select(file => file.Path)];
        bool isOptimum = listed.Contains(OptimumConfig) && OptimumModels.Any(listed.Contains);
        foreach (string file in Required.Where(file => !listed.Contains(file) && !(isOptimum && file == GenaiRules.FileName)))
        {
            faults.Add(UploadManifest.FileName, $"lists no {file}, which the server needs", "add the file and pack the folder again");
        }
        if (!listed.Contains(GenaiRules.FileName) && !isOptimum && !listed.Contains("model.onnx"))
        {
            faults.Add(UploadManifest.FileName, "lists no model.onnx, which the server needs", "add the file and pack the folder again");
        }
    }

    private static IEnumerable<(string Where, string What, string Do)> Sizes(UploadManifest manifest, AdmissionOptions options)
    {
        if (manifest.Files.Count > options.MaxFiles)
        {
            yield return (UploadManifest.FileName, $"lists {manifest.Files.Count:N0} files; {options.MaxFiles:N0} are admitted", "leave out what is not needed to serve");
        }
        foreach (UploadedFile file in manifest.Files)
        {
            (long most, string todo) = file.Path switch
            {
                _ when RemoteCodeRules.IsJson(file.Path) => (options.MaxJsonBytes, "leave out what is not needed to serve"),
                _ when file.Path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) => (Math.Min(MaxOnnxBytes, options.MaxFileBytes), "save the model with external data"),
                _ => (options.MaxFileBytes, "split the file, or raise Admission:MaxFileBytes"),
            };
            if (file.Size > most)
            {
                yield return (file.Path, $"has {file.Size:N0} bytes; {most:N0} are admitted", todo);
            }
        }
        decimal total = manifest.Files.Sum(file => (decimal)file.Size);
        if (total > options.MaxTotalBytes)
        {
            yield return (UploadManifest.FileName, $"lists {total:N0} bytes; {options.MaxTotalBytes:N0} are admitted", "leave out what is not needed to serve, or raise Admission:MaxTotalBytes");
        }
    }
}
