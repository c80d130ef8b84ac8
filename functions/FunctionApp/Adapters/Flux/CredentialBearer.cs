using Azure.Core;
using LlmOps.Flux;

namespace LlmOps.FunctionApp.Adapters.Flux;

/// <summary>The bearer token of the app's own identity, for a Receiver that knows it by its issuer and claims.</summary>
internal static class CredentialBearer
{
    /// <summary>Entra ID takes a resource's default scope for its audience; the credential keeps the token until it ends.</summary>
    public static BearerSource Of(TokenCredential credential) => async (audience, cancellation) =>
        (await credential.GetTokenAsync(new TokenRequestContext([$"{audience}/.default"]), cancellation)).Token;
}
