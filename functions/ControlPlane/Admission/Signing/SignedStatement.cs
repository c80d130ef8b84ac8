using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Admission.Signing;

/// <summary>A file that a statement vouches for: its path in the version and its SHA-256 (lower-case hex).</summary>
internal sealed record SignedFile(string Path, string Sha256);

/// <summary>
/// The in-toto statement of OpenSSF model signing. Version 1.0 has one subject, whose digest is the SHA-256 over the files'
/// digests in the order of its `resources`; version 0.1 had the files as subjects.
/// </summary>
internal static class SignedStatement
{
    public const string PredicateType = "https://model_signing/signature/v1.0";
    public const string OldPredicateType = "https://model_signing/Digests/v0.1";
    private const string StatementType = "https://in-toto.io/Statement/v1";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    // The payload is what a person looks at who asks what was signed.
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The files that a statement vouches for; <paramref name="problem"/> says what is wrong when it returns null.</summary>
    public static IReadOnlyList<SignedFile>? Read(byte[] payload, out string problem)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(payload, Strict);
            (IReadOnlyList<SignedFile>? files, problem) = Read(document.RootElement);
            return files;
        }
        // What is missing or of another kind than the format says.
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            problem = $"has a payload that is not a statement of model signing: {error.Message}";
            return null;
        }
    }

    /// <summary>The statement that vouches for files, as `model_signing` writes it.</summary>
    public static byte[] Write(string name, IEnumerable<SignedFile> files)
    {
        List<SignedFile> ordered = [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            _type = StatementType,
            subject = new[] { new { name, digest = new { sha256 = Root(ordered) } } },
            predicateType = PredicateType,
            predicate = new
            {
                serialization = new { method = "files", hash_type = "sha256", allow_symlinks = false, ignore_paths = new[] { "model.sig" } },
                resources = ordered.Select(file => new { name = file.Path, algorithm = "sha256", digest = file.Sha256 }),
            },
        }, Readable);
    }

    private static (IReadOnlyList<SignedFile>? Files, string Problem) Read(JsonElement statement)
    {
        string type = Text(statement, "_type");
        string predicate = Text(statement, "predicateType");
        if (type != StatementType)
        {
            return (null, $"has a statement of type '{PlainText.OneLine(type, 80)}', not {StatementType}");
        }
        return predicate switch
        {
            PredicateType => ReadResources(statement),
            OldPredicateType => (
                [.. statement.GetProperty("subject").EnumerateArray().Select(one => new SignedFile(Text(one, "name"), Text(one.GetProperty("digest"), "sha256")))], ""),
            _ => (null, $"has the predicate type '{PlainText.OneLine(predicate, 80)}', not {PredicateType}"),
        };
    }

    private static (IReadOnlyList<SignedFile>? Files, string Problem) ReadResources(JsonElement statement)
    {
        JsonElement predicate = statement.GetProperty("predicate");
        JsonElement how = predicate.GetProperty("serialization");
        List<JsonElement> resources = [.. predicate.GetProperty("resources").EnumerateArray()];
        if (Text(how, "method") != "files" || Text(how, "hash_type") != "sha256" || resources.Any(one => Text(one, "algorithm") != "sha256"))
        {
            return (null, "was made over shards or with another hash; sign whole files with SHA-256");
        }
        List<SignedFile> files = [.. resources.Select(one => new SignedFile(Text(one, "name"), Text(one, "digest")))];
        if (files.Any(file => file.Sha256.Length != 64 || !file.Sha256.All(char.IsAsciiHexDigitLower)))
        {
            return (null, "has a digest that is not a SHA-256 in lower-case hex");
        }
        List<JsonElement> subjects = [.. statement.GetProperty("subject").EnumerateArray()];
        return subjects.Count == 1 && Text(subjects[0].GetProperty("digest"), "sha256") == Root(files)
            ? (files, "")
            : (null, "contradicts itself: its subject's digest is not that of its files");
    }

    private static string Root(IEnumerable<SignedFile> files) =>
        Convert.ToHexStringLower(SHA256.HashData([.. files.SelectMany(file => Convert.FromHexString(file.Sha256))]));

    private static string Text(JsonElement from, string name) =>
        from.GetProperty(name).GetString() ?? throw new InvalidOperationException($"'{name}' is null");
}
