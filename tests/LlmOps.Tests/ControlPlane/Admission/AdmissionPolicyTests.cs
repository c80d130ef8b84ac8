using System.Security.Cryptography;
using LlmOps.Admission.Signing;
using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Admission;

/// <summary>Who must have signed stands in the model's gates.yaml, and the keys beside it, at the revision that is in the log.</summary>
public sealed class AdmissionPolicyTests
{
    private const string Demand = LoopFixture.Policy + "admission: { signature: required, keys: [trust/release.pem] }\n";

    [Theory]
    [InlineData("admission: { signature: required }", "admission.keys names none")]
    [InlineData("admission: { signature: always }", "line")]
    [InlineData("admission: { signature: 7 }", "optional or required")]
    [InlineData("admission: { signed: true }", "signed")]
    [InlineData("admission: { keys: [../key.pem] }", "must be the path of a .pem file")]
    [InlineData("admission: { keys: [trust/key.txt] }", "must be the path of a .pem file")]
    [InlineData("admission: { keys: }", "needs a value")]
    [InlineData("admission:", "without a value")]
    public void A_policy_that_is_wrong_is_an_error_when_it_is_read(string text, string problem) => Assert.Contains(
        problem, Assert.Throws<ManifestException>(() => ModelPolicy.Read("gates.yaml", LoopFixture.Policy + text + "\n")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_version_without_the_signature_that_is_required_is_rejected()
    {
        using LoopFixture loop = new();
        using ECDsa key = Trust(loop);
        await loop.Upload("1.0.0", "weights");
        await loop.Until("1.0.0", Phase.Rejected);
        Assert.Contains("names no signature, but one is required", (await loop.Release("1.0.0")).Reason, StringComparison.Ordinal);
        Assert.Empty((await loop.Registered()).Versions);
    }

    [Fact]
    public async Task A_signed_version_is_released_and_the_log_says_by_which_key_and_policy()
    {
        using LoopFixture loop = new();
        using ECDsa key = Trust(loop);
        string revision = loop.Git.HeadSha;
        await loop.Upload("1.0.0", TinyVersion.Files("weights"), sign: (manifest, json) => SignVersion.Make(manifest, json, key));
        await loop.Until("1.0.0", Phase.Done);
        AuditEntry entry = Assert.Single(await loop.Log(), entry => entry.Kind == "Verified");
        Assert.Equal(revision, entry.Evidence["policyRevision"]);
        Assert.Equal($"trust/release.pem sha256:{Signed.Trusted(key).Fingerprint}", entry.Evidence["signedBy"]);
    }

    [Fact]
    public async Task A_version_signed_with_another_key_is_rejected()
    {
        using LoopFixture loop = new();
        using ECDsa key = Trust(loop);
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await loop.Upload("1.0.0", TinyVersion.Files("weights"), sign: (manifest, json) => SignVersion.Make(manifest, json, other));
        await loop.Until("1.0.0", Phase.Rejected);
        Assert.Contains("not made with any of trust/release.pem", (await loop.Release("1.0.0")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_missing_or_private_is_waited_for()
    {
        using LoopFixture loop = new();
        loop.Git.Person("apps/tiny-ops/gates.yaml", Demand);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await loop.Upload("1.0.0", TinyVersion.Files("weights"), sign: (manifest, json) => SignVersion.Make(manifest, json, key));
        await loop.For(TimeSpan.FromSeconds(10));
        Assert.Contains("trust/release.pem: is missing", (await loop.Release("1.0.0")).Reason, StringComparison.Ordinal);
        loop.Git.Person("trust/release.pem", key.ExportPkcs8PrivateKeyPem());
        await loop.For(TimeSpan.FromSeconds(10));
        Assert.Contains("trust/release.pem: is a private key", (await loop.Release("1.0.0")).Reason, StringComparison.Ordinal);
        Assert.Equal(Phase.Uploaded, (await loop.Release("1.0.0")).Phase);
        loop.Git.Person("trust/release.pem", key.ExportSubjectPublicKeyInfoPem());
        await loop.Until("1.0.0", Phase.Done);
    }

    private static ECDsa Trust(LoopFixture loop)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        loop.Git.Person("apps/tiny-ops/gates.yaml", Demand);
        loop.Git.Person("trust/release.pem", key.ExportSubjectPublicKeyInfoPem());
        return key;
    }
}
