namespace LlmOps.Admission;

/// <summary>Looks at a file while its bytes pass by on their way into the digest, so that what was judged is what was hashed.</summary>
internal interface IFileInspection
{
    FaultList Faults { get; }

    /// <summary>Takes the next bytes; how they are cut is of no meaning.</summary>
    void Feed(ReadOnlySpan<byte> bytes);

    /// <summary>Is called once, after the last byte.</summary>
    void End();
}
