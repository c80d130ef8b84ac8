using System.Globalization;
using System.Text;

namespace LlmOps.Admission.Signing;

/// <summary>What is signed in a DSSE envelope (secure-systems-lab/dsse, protocol.md 1.0.0).</summary>
internal static class Dsse
{
    /// <summary>The type of a payload that is an in-toto statement.</summary>
    public const string InToto = "application/vnd.in-toto+json";

    /// <summary>The pre-authentication encoding: type and payload with their lengths in bytes.</summary>
    public static byte[] Encode(string payloadType, byte[] payload) =>
    [
        .. Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"DSSEv1 {Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payload.Length} ")),
        .. payload,
    ];
}
