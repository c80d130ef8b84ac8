using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LlmOps.Inference.Endpoints.Keys;

/// <summary>The keys that a file lists, by their hashes: the keys themselves are nowhere.</summary>
internal sealed partial class ApiKeyFile
{
    private readonly Dictionary<string, ApiKey> _byHash;

    private ApiKeyFile(IEnumerable<ApiKey> keys) => _byHash = keys.ToDictionary(key => key.Sha256);

    /// <summary>Reads a file: a JSON list of objects with name, sha256 and, where wanted, verbs, models, requestsPerMinute, concurrent.</summary>
    /// <exception cref="InvalidDataException">It is not of that form; the message names the entry.</exception>
    public static ApiKeyFile Read(string path)
    {
        try
        {
            ApiKey[] keys = [.. (JsonSerializer.Deserialize(File.ReadAllBytes(path), ApiKeyJson.Default.ApiKeyEntryArray) ?? []).Select(Checked)];
            if (keys.GroupBy(key => key.Sha256).FirstOrDefault(same => same.Count() > 1) is { } twice)
            {
                throw new InvalidDataException($"{path}: '{twice.First().Name}' and '{twice.Last().Name}' have the same key");
            }
            return keys.Length > 0 ? new ApiKeyFile(keys) : throw new InvalidDataException($"{path}: lists no key");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: {e.Message}");
        }

        ApiKey Checked(ApiKeyEntry? entry, int index)
        {
            string at = $"{path}[{index}]";
            if (string.IsNullOrWhiteSpace(entry?.Name)) throw new InvalidDataException($"{at}: has no name");
            if (!HexDigest().IsMatch(entry.Sha256 ?? "")) throw new InvalidDataException($"{at} ({entry.Name}): sha256 is not 64 lower-case hex digits");
            if (entry.Verbs?.Except(ApiKey.KnownVerbs).FirstOrDefault() is { } verb)
            {
                throw new InvalidDataException($"{at} ({entry.Name}): '{verb}' is no verb; there are {string.Join(", ", ApiKey.KnownVerbs)}");
            }
            if (entry.RequestsPerMinute < 0 || entry.Concurrent < 0) throw new InvalidDataException($"{at} ({entry.Name}): a limit is negative");
            return new ApiKey(entry.Name, entry.Sha256!, entry.Verbs ?? [], entry.Models ?? [], entry.RequestsPerMinute, entry.Concurrent);
        }
    }

    /// <summary>The key's entry, or null for a key that nobody was given.</summary>
    public ApiKey? Find(string key) => _byHash.GetValueOrDefault(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))));

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex HexDigest();
}

/// <summary>An entry as it is written.</summary>
internal sealed record ApiKeyEntry(string? Name, string? Sha256, string[]? Verbs, string[]? Models, int RequestsPerMinute, int Concurrent);
