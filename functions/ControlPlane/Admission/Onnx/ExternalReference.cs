using System.Globalization;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Admission.Onnx;

/// <summary>Where a tensor says that its bytes lie: the keys and values of its external data.</summary>
internal sealed class ExternalReference
{
    private static readonly string[] Keys = ["location", "offset", "length", "checksum"];

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    /// <summary>Notes an entry; says what is wrong with it, or null.</summary>
    public string? Add(string key, string value) =>
        !Keys.Contains(key) ? $"has the key '{PlainText.OneLine(key, 60)}' in its external data"
        : !values.TryAdd(key, value) ? $"has the key '{key}' twice in its external data"
        : null;

    /// <summary>What is wrong with the whole, or null; <paramref name="sizes"/> are the listed files of the model's folder.</summary>
    public string? Problem(IReadOnlyDictionary<string, long> sizes)
    {
        if (!values.TryGetValue("location", out string? location) || location.Length == 0)
        {
            return "has external data without a location";
        }
        string shown = PlainText.OneLine(location, 100);
        if (!UploadManifest.IsSafe(location))
        {
            return $"has its data at '{shown}', which is not a plain path below the model's folder";
        }
        if (!sizes.TryGetValue(location, out long size))
        {
            return $"has its data in '{shown}', which release.json does not list";
        }
        if (!Number("offset", 0, out long offset) || !Number("length", 0, out long length))
        {
            return "has an offset or a length that is not a number of bytes";
        }
        if (offset > size || length > size - offset)
        {
            return $"has {length:N0} bytes at {offset:N0} of '{shown}', which has {size:N0}";
        }
        // The checksum is a SHA-1 that readers ignore; the SHA-256 in release.json holds the file.
        return values.TryGetValue("checksum", out string? sum) && !(sum.Length == 40 && sum.All(char.IsAsciiHexDigit))
            ? "has a checksum that is not a SHA-1 in hex" : null;
    }

    private bool Number(string key, long otherwise, out long number)
    {
        number = otherwise;
        return !values.TryGetValue(key, out string? text)
            || (text.All(char.IsAsciiDigit) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number));
    }
}
