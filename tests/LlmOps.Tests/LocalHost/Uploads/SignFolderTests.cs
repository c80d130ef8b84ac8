using System.Security.Cryptography;
using LlmOps.Admission;
using LlmOps.Admission.Signing;
using LlmOps.LocalHost.Adapters;
using LlmOps.LocalHost.Uploads;
using LlmOps.Releases;
using LlmOps.Tests.Contracts;
using LlmOps.Tests.Stories;

namespace LlmOps.Tests.LocalHost.Uploads;

public sealed class SignFolderTests : IDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string folder;

    public SignFolderTests()
    {
        folder = Samples.Copy("1.1.0", scratch["version"]);
        File.WriteAllText(scratch["key.pem"], key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        key.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public async Task A_signed_sample_is_admitted_uploaded_and_still_the_same_version()
    {
        string digest = (await VersionFolder.Read(folder, default)).Manifest!.Digest();
        (IReadOnlyList<string> problems, string fingerprint) = await SignFolder.Handle(folder, scratch["key.pem"], default);
        Assert.Empty(problems);
        AdmissionReport report = await Look();
        Assert.Null(report.Refusal);
        Assert.Equal($"pub.pem sha256:{fingerprint}", report.SignedBy);
        UploadManifest manifest = (await VersionFolder.Read(folder, default)).Manifest!;
        Assert.Equal((digest, "model.sig", "MIT"), (manifest.Digest(), manifest.Signature, manifest.License));
        FolderBlobs blobs = new(scratch["blobs"], TimeProvider.System);
        Assert.IsType<UploadOutcome.Uploaded>(await new UploadVersion(blobs).Handle(folder, _ => { }, default));
        await using LlmOps.Ports.BlobContent? signature = await blobs.OpenRead("models", "tiny-ops/1.1.0/model.sig", default);
        Assert.NotNull(signature);
    }

    [Fact]
    public async Task Signing_again_and_after_a_broken_off_try_ends_the_same()
    {
        await SignFolder.Handle(folder, scratch["key.pem"], default);
        byte[] release = await File.ReadAllBytesAsync(Path.Combine(folder, "release.json"));
        File.Delete(Path.Combine(folder, "model.sig"));
        Assert.Empty((await SignFolder.Handle(folder, scratch["key.pem"], default)).Problems);
        Assert.Empty((await SignFolder.Handle(folder, scratch["key.pem"], default)).Problems);
        Assert.Equal(release, await File.ReadAllBytesAsync(Path.Combine(folder, "release.json")));
        Assert.Null((await Look()).Refusal);
    }

    [Fact]
    public async Task A_folder_with_a_fault_is_not_signed_and_not_uploaded()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "tokenizer.json"), "{}");
        (IReadOnlyList<string> problems, _) = await SignFolder.Handle(folder, scratch["key.pem"], default);
        Assert.Contains("tokenizer.json has 2 bytes", Assert.Single(problems), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "model.sig")));
        UploadOutcome outcome = await new UploadVersion(new FolderBlobs(scratch["blobs"], TimeProvider.System)).Handle(folder, _ => { }, default);
        Assert.Equal(problems, Assert.IsType<UploadOutcome.Refused>(outcome).Problems);
    }

    [Fact]
    public async Task A_change_after_signing_is_told_before_anything_is_uploaded()
    {
        await SignFolder.Handle(folder, scratch["key.pem"], default);
        await File.AppendAllTextAsync(Path.Combine(folder, "release.json"), "\n");
        UploadOutcome outcome = await new UploadVersion(new FolderBlobs(scratch["blobs"], TimeProvider.System)).Handle(folder, _ => { }, default);
        Assert.Contains("vouches for other content of 'release.json'", Assert.Single(Assert.IsType<UploadOutcome.Refused>(outcome).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_private_key_is_said_without_showing_it()
    {
        foreach (string text in new[] { key.ExportSubjectPublicKeyInfoPem(), "-----BEGIN EC PRIVATE KEY-----\nsecret\n-----END EC PRIVATE KEY-----", "canary" })
        {
            await File.WriteAllTextAsync(scratch["key.pem"], text);
            InvalidDataException error = await Assert.ThrowsAsync<InvalidDataException>(() => SignFolder.Handle(folder, scratch["key.pem"], default));
            Assert.Contains("holds no private key", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("canary", error.Message, StringComparison.Ordinal);
        }
    }

    private async Task<AdmissionReport> Look()
    {
        (UploadManifest? manifest, byte[] json, IReadOnlyList<string> problems) = await VersionFolder.Read(folder, default);
        Assert.Empty(problems);
        TrustedKey trusted = TrustedKey.Read("pub.pem", key.ExportSubjectPublicKeyInfoPem(), out _)!;
        return await VersionFolder.Admit(folder, manifest!, json, new SignatureDemand(true, [trusted]), default);
    }
}
