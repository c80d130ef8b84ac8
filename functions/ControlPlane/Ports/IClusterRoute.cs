namespace LlmOps.Ports;

/// <summary>
/// The way to a model's weights past Git, for the time in which the Git host does not answer. Whoever takes it owes Git a
/// commit of the same weights.
/// </summary>
public interface IClusterRoute
{
    /// <summary>
    /// Suspends the reconciler, so that it does not put back what Git still says (Flux: `spec.suspend` of the Kustomization),
    /// and gives a slot all of the model's traffic, and neither slot copies of it. A second time it changes nothing.
    /// </summary>
    Task SendAllTo(string model, string slot, CancellationToken cancellation);

    /// <summary>Lets the reconciler follow Git again, once no other model is owed; when it is not suspended, nothing changes.</summary>
    Task Resume(string model, CancellationToken cancellation);
}
