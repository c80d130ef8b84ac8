using System.ComponentModel.DataAnnotations;

namespace LlmOps.Flux;

/// <summary>How a Receiver of Flux knows who calls.</summary>
public enum ReceiverProof
{
    /// <summary>`generic-hmac`: X-Signature holds the HMAC of the body under the Receiver's token.</summary>
    Hmac,

    /// <summary>`generic-oidc`: a bearer token of an identity that the Receiver's validations accept.</summary>
    Oidc,
}

/// <summary>The Receiver of Flux that is called after a commit, so that it is fetched at once.</summary>
public sealed record FluxReceiverOptions
{
    /// <summary>The address of the service `webhook-receiver`, without the path.</summary>
    [Required] public required Uri Url { get; init; }

    [Required, RegularExpression(NamePattern)] public required string Name { get; init; }

    [Required, RegularExpression(NamePattern)] public string Namespace { get; init; } = "flux-system";

    public ReceiverProof Proof { get; init; } = ReceiverProof.Hmac;

    /// <summary>The token of the Receiver's secret; part of the path, and the key of the signature.</summary>
    public string Token { get; init; } = "";

    /// <summary>The audience of the bearer token; Flux' own default.</summary>
    [Required] public string Audience { get; init; } = "notification-controller";

    /// <summary>Calls in all, where the answer is 5xx or none.</summary>
    [Range(1, 10)] public int Tries { get; init; } = 3;

    /// <summary>The wait before the second call; doubled before each further one.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long all calls and waits may take together: what comes after the commit waits for it.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(3);

    private const string NamePattern = @"[a-z0-9]([-a-z0-9.]*[a-z0-9])?";

    /// <summary>Throws <see cref="ValidationException"/> when the Receiver could not be called, or only by giving a secret away.</summary>
    public void Validate()
    {
        Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
        string? problem = !Url.IsAbsoluteUri || Url.Scheme is not ("http" or "https") ? "FluxReceiver:Url must be an address such as https://flux.example"
            : Proof == ReceiverProof.Hmac && Token.Length == 0 ? "FluxReceiver:Token is needed with the proof Hmac"
            : Proof == ReceiverProof.Oidc && Url.Scheme != "https" && !Url.IsLoopback ? "FluxReceiver:Url must be https with the proof Oidc: the bearer token is shown"
            : null;
        if (problem is not null)
        {
            throw new ValidationException(problem);
        }
    }

    /// <summary>Everything but the token: a settings record may end in a log.</summary>
    public override string ToString() => $"{Proof} {Namespace}/{Name} at {Url.Host}";
}
