using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>As which GitHub App, and how, GitHub is spoken to. The repository is <see cref="ControlPlaneOptions.GitHubRepository"/>.</summary>
public sealed record GitHubOptions : IValidatableObject
{
    private const int LeastKeyBits = 2048;

    /// <summary>The App's id, a number, as on its settings' page.</summary>
    [Range(1, long.MaxValue)] public long AppId { get; init; }

    /// <summary>The number of the App's installation on the repository's owner: the end of its settings' address.</summary>
    [Range(1, long.MaxValue)] public long InstallationId { get; init; }

    /// <summary>The App's private key as PEM; line ends may be written as \n.</summary>
    [Required] public string PrivateKey { get; init; } = "";

    /// <summary>Where the REST API is: for GitHub Enterprise Server `https://HOST/api/v3/`.</summary>
    [Required] public Uri ApiUrl { get; init; } = new("https://api.github.com/");

    /// <summary>The number of the repository's webhook, where events come by that and not by the App's own.</summary>
    [Range(1, long.MaxValue)] public long? HookId { get; init; }

    /// <summary>How many requests of each hour's budget only rollbacks may use.</summary>
    [Range(0, 5000)] public int ReservedRequests { get; init; } = 500;

    /// <summary>How long GitHub may take for one answer, with its body.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")] public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait for a rate limit; a longer one becomes an error at once, and the work is done later.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")] public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The REST API's address with a slash at the end, under which relative ones lie.</summary>
    internal Uri Rest => ApiUrl.AbsoluteUri.EndsWith('/') ? ApiUrl : new Uri(ApiUrl.AbsoluteUri + "/");

    /// <summary>The GraphQL API's address: beside `v3` on an Enterprise Server, under the root elsewhere.</summary>
    internal Uri GraphQl => new(Rest, Rest.AbsolutePath.EndsWith("/api/v3/", StringComparison.Ordinal) ? "../graphql" : "graphql");

    internal string Pem => PrivateKey.Replace("\\n", "\n", StringComparison.Ordinal);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ApiUrl is not { IsAbsoluteUri: true } || !(ApiUrl.Scheme == Uri.UriSchemeHttps || ApiUrl.IsLoopback))
        {
            yield return new ValidationResult($"{nameof(ApiUrl)}: give an https address, such as https://github.example/api/v3/");
        }
        if (PrivateKey.Length > 0 && !IsKey(Pem))
        {
            yield return new ValidationResult($"{nameof(PrivateKey)}: is no RSA key of at least {LeastKeyBits} bits as PEM, as GitHub gives it for download");
        }
    }

    /// <summary>Without the key.</summary>
    public override string ToString() => $"GitHub App {AppId}, installation {InstallationId}, at {ApiUrl}";

    private static bool IsKey(string pem)
    {
        try
        {
            using RSA key = RSA.Create();
            key.ImportFromPem(pem);
            return key.KeySize >= LeastKeyBits;
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            return false;
        }
    }
}
