using LlmOps.Admission;
using LlmOps.Admission.Onnx;

namespace LlmOps.Tests.ControlPlane.Admission;

/// <summary>Looks at a model's bytes as admission does.</summary>
internal static class OnnxLook
{
    public static readonly Dictionary<string, long> Beside = new() { ["model.onnx"] = 500, ["model.onnx.data"] = 1_000, ["data/w.bin"] = 64 };

    /// <summary>The faults of a model, fed in pieces of some bytes.</summary>
    public static FaultList At(byte[] model, AdmissionOptions? options = null, int piece = int.MaxValue, long? size = null)
    {
        OnnxInspection inspection = new("model.onnx", size ?? model.Length, Beside, options ?? new AdmissionOptions());
        for (int at = 0; at < model.Length; at += Math.Min(piece, model.Length))
        {
            inspection.Feed(model.AsSpan(at, Math.Min(piece, model.Length - at)));
        }
        inspection.End();
        return inspection.Faults;
    }

    /// <summary>The one fault that a model has, the same however its bytes come.</summary>
    public static string Fault(byte[] model, AdmissionOptions? options = null)
    {
        string whole = Assert.Single(At(model, options).Kept).ToString();
        Assert.Equal(whole, Assert.Single(At(model, options, piece: 1).Kept).ToString());
        Assert.Equal(whole, Assert.Single(At(model, options, piece: 7).Kept).ToString());
        Assert.DoesNotContain(whole, char.IsControl);
        return whole;
    }
}
