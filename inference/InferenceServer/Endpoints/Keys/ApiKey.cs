namespace LlmOps.Inference.Endpoints.Keys;

/// <summary>Who may ask for what, and how much of it.</summary>
/// <param name="Name">Names the holder in logs and metrics; never the key.</param>
/// <param name="Sha256">SHA-256 of the key in lower-case hex.</param>
/// <param name="Verbs">What it allows: <c>infer</c>, <c>read</c>, <c>admin</c>; the first two when empty.</param>
/// <param name="Models">Names of models that it allows; all when empty.</param>
/// <param name="RequestsPerMinute">Most requests a minute, which may come at once; 0 is without limit.</param>
/// <param name="Concurrent">Most requests at a time; 0 is without limit.</param>
internal sealed record ApiKey(
    string Name, string Sha256, IReadOnlyList<string> Verbs, IReadOnlyList<string> Models, int RequestsPerMinute, int Concurrent)
{
    public const string Infer = "infer";
    public const string Read = "read";

    /// <summary>Changes what is served; never allowed without being named.</summary>
    public const string Admin = "admin";

    public static readonly string[] KnownVerbs = [Infer, Read, Admin];

    public bool Allows(string verb) => Verbs.Contains(verb) || (Verbs.Count == 0 && verb != Admin);

    public bool AllowsModel(string model) => Models.Count == 0 || Models.Contains(model);
}
