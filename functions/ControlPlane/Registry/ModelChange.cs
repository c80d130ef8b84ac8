namespace LlmOps.Registry;

/// <summary>What becomes of a change to a model, decided on the model as it stands in the moment of the write.</summary>
public abstract record ModelChange
{
    private ModelChange()
    {
    }

    /// <summary>It is written.</summary>
    public sealed record Changed(RegisteredModel Next) : ModelChange;

    /// <summary>It stands so already.</summary>
    public sealed record Unchanged : ModelChange;

    /// <summary>It may not be made; the status is that of an HTTP answer.</summary>
    public sealed record Refused(int Status, string Why) : ModelChange;
}
