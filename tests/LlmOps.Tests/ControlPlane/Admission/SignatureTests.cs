using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LlmOps.Admission;
using LlmOps.Admission.Signing;
using LlmOps.Tests.Contracts;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.ControlPlane.Admission;

/// <summary>A signature holds when a trusted key made it over exactly the files of the version and its release.json.</summary>
public sealed class SignatureTests
{
    [Theory]
    [InlineData("nistP256")]
    [InlineData("nistP384")]
    [InlineData("nistP521")]
    public async Task A_signed_version_is_admitted_and_the_key_is_named(string curve)
    {
        using Signed signed = new(ECCurve.CreateFromFriendlyName(curve));
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        TrustedKey key = Signed.Trusted(signed.Key);
        AdmissionReport report = await signed.Look(true, Signed.Trusted(other, "trust/other.pem"), key);
        Assert.Null(report.Refusal);
        Assert.Equal($"trust/release.pem sha256:{key.Fingerprint}", report.SignedBy);
    }

    private static readonly Dictionary<string, Action<Signed>> Faults = new()
    {
        ["missing"] = signed => signed.Signature = null,
        ["not JSON"] = signed => signed.Signature = "-----BEGIN SIGNATURE-----",
        ["double key"] = signed => signed.Signature = signed.Signature!.Replace("{\"mediaType\"", "{\"mediaType\":\"x\",\"mediaType\""),
        ["media type"] = signed => signed.Bundle(bundle => bundle["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.1"),
        ["message"] = signed => signed.Bundle(bundle => bundle["messageSignature"] = new JsonObject()),
        ["certificate"] = signed => signed.Bundle(bundle => bundle["verificationMaterial"] = new JsonObject { ["certificate"] = new JsonObject() }),
        ["unknown field"] = signed => signed.Bundle(bundle => bundle["dsseEnvelope"]!["expires"] = "2030-01-01"),
        ["payload type"] = signed => signed.Bundle(bundle => bundle["dsseEnvelope"]!["payloadType"] = "text/plain"),
        ["two signatures"] = signed => signed.Bundle(bundle => bundle["dsseEnvelope"]!["signatures"]!.AsArray().Add(bundle["dsseEnvelope"]!["signatures"]![0]!.DeepClone())),
        ["no signatures"] = signed => signed.Bundle(bundle => bundle["dsseEnvelope"]!["signatures"] = new JsonArray()),
        ["not base64"] = signed => signed.Bundle(bundle => bundle["dsseEnvelope"]!["payload"] = "§"),
        ["payload changed"] = signed => signed.Bundle(bundle => bundle["dsseEnvelope"]!["payload"] =
            Convert.ToBase64String([.. Convert.FromBase64String((string)bundle["dsseEnvelope"]!["payload"]!), (byte)' '])),
        ["signature changed"] = signed => signed.Bundle(bundle => bundle["dsseEnvelope"]!["signatures"]![0]!["sig"] = Convert.ToBase64String(new byte[70])),
        ["signature empty"] = signed => signed.Bundle(bundle => bundle["dsseEnvelope"]!["signatures"]![0]!["sig"] = ""),
        ["statement type"] = signed => signed.Statement(statement => statement["_type"] = "https://in-toto.io/Statement/v0.1"),
        ["predicate type"] = signed => signed.Statement(statement => statement["predicateType"] = "https://slsa.dev/provenance/v1"),
        ["statement is a list"] = signed => signed.Sign("[]"u8.ToArray()),
        ["no resources"] = signed => signed.Statement(statement => statement["predicate"] = new JsonObject()),
        ["shards"] = signed => signed.Statement(statement => statement["predicate"]!["serialization"]!["method"] = "shards"),
        ["other hash"] = signed => signed.Statement(statement => statement["predicate"]!["resources"]![0]!["algorithm"] = "blake3"),
        ["root digest"] = signed => signed.Statement(statement => statement["subject"]![0]!["digest"]!["sha256"] = new string('0', 64)),
        ["two subjects"] = signed => signed.Statement(statement => statement["subject"]!.AsArray().Add(statement["subject"]![0]!.DeepClone())),
        ["extra file"] = signed => signed.Files(files => files.Append(new SignedFile("notes.txt", new string('0', 64)))),
        ["file twice"] = signed => signed.Files(files => files.Append(files.First())),
        ["file missing"] = signed => signed.Files(files => files.Where(file => file.Path != "tokenizer.json")),
        ["other content"] = signed => signed.Files(files => files.Select(file => file.Path == "model.onnx" ? file with { Sha256 = new string('0', 64) } : file)),
        ["without release.json"] = signed => signed.Files(files => files.Where(file => file.Path != "release.json")),
        ["release.json changed"] = signed => signed.ReleaseJson = [.. signed.ReleaseJson, (byte)'\n'],
        ["file of another folder"] = signed => signed.Files(files => files.Append(new SignedFile("../../etc/passwd\u0000", new string('0', 64)))),
    };

    [Theory]
    [InlineData("missing", "model.sig is missing")]
    [InlineData("not JSON", "is not the JSON of a sigstore bundle")]
    [InlineData("double key", "is not the JSON of a sigstore bundle")]
    [InlineData("media type", "has the media type")]
    [InlineData("message", "signs a message")]
    [InlineData("certificate", "was made with a certificate")]
    [InlineData("unknown field", "the unknown field 'expires' in dsseEnvelope")]
    [InlineData("payload type", "has a payload of type 'text/plain'")]
    [InlineData("two signatures", "has 2 signatures")]
    [InlineData("no signatures", "has 0 signatures")]
    [InlineData("not base64", "not base64")]
    [InlineData("payload changed", "does not hold under trust/release.pem")]
    [InlineData("signature changed", "does not hold under trust/release.pem")]
    [InlineData("signature empty", "does not hold under trust/release.pem")]
    [InlineData("statement type", "has a statement of type")]
    [InlineData("predicate type", "has the predicate type")]
    [InlineData("statement is a list", "not a statement of model signing")]
    [InlineData("no resources", "not a statement of model signing")]
    [InlineData("shards", "over shards or with another hash")]
    [InlineData("other hash", "over shards or with another hash")]
    [InlineData("root digest", "contradicts itself")]
    [InlineData("two subjects", "contradicts itself")]
    [InlineData("extra file", "vouches for 'notes.txt', which is not in the version")]
    [InlineData("file twice", "or twice")]
    [InlineData("file missing", "does not vouch for 'tokenizer.json'")]
    [InlineData("other content", "vouches for other content of 'model.onnx'")]
    [InlineData("without release.json", "does not vouch for 'release.json'")]
    [InlineData("release.json changed", "vouches for other content of 'release.json'")]
    [InlineData("file of another folder", "which is not in the version")]
    public async Task A_signature_that_does_not_hold_keeps_the_version_out(string what, string says)
    {
        using Signed signed = new();
        Faults[what](signed);
        foreach (bool required in new[] { true, false })
        {
            AdmissionReport report = await signed.Look(required, Signed.Trusted(signed.Key));
            Assert.Contains(says, report.Refusal, StringComparison.Ordinal);
            Assert.DoesNotContain(report.Refusal!, char.IsControl);
            Assert.Null(report.SignedBy);
        }
    }

    [Fact]
    public async Task Another_key_does_not_vouch_even_where_none_is_required()
    {
        using Signed signed = new();
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Contains("is not made with any of trust/release.pem", (await signed.Look(required: false, Signed.Trusted(other))).Refusal, StringComparison.Ordinal);
        AdmissionReport nobody = await signed.Look(required: false);
        Assert.Null(nobody.Refusal);
        Assert.Null(nobody.SignedBy);
        Assert.Contains(nobody.Checks, check => check.Seen?.Contains("no key was given", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task The_former_predicate_is_read_too()
    {
        using Signed signed = new();
        signed.Statement(statement =>
        {
            statement["subject"] = new JsonArray([.. statement["predicate"]!["resources"]!.AsArray().Select(file =>
                new JsonObject { ["name"] = (string)file!["name"]!, ["digest"] = new JsonObject { ["sha256"] = (string)file["digest"]! } })]);
            (statement["predicateType"], statement["predicate"]) = (SignedStatement.OldPredicateType, new JsonObject());
        });
        Assert.Null((await signed.Look(true, Signed.Trusted(signed.Key))).Refusal);
    }

    [Theory]
    [InlineData("v1.0.0.sig", "signme-1")]
    [InlineData("v1.1.0.sig", "signme-1 signme-2")]
    public void What_model_signing_itself_signed_is_understood(string file, string files)
    {
        byte[] text = File.ReadAllBytes(At(file));
        SignatureBundle? bundle = SignatureBundle.Read(text, out string problem);
        Assert.True(bundle is not null, problem);
        TrustedKey key = TrustedKey.Read("key.pem", File.ReadAllText(At("signing-key-pub.pem")), out _)!;
        Assert.True(key.Vouches(Dsse.Encode(Dsse.InToto, bundle.Payload), bundle.Signature));
        Assert.False(key.Vouches(Dsse.Encode(Dsse.InToto, [.. bundle.Payload, 0]), bundle.Signature));
        Assert.True(bundle.Hint is null || bundle.Hint == key.Fingerprint, $"{bundle.Hint} is not {key.Fingerprint}");
        if (file.StartsWith("v1.1", StringComparison.Ordinal))
        {
            Assert.Equal(files.Split(' '), SignedStatement.Read(bundle.Payload, out _)!.Select(signed => signed.Path));
        }
    }

    [Theory]
    [InlineData("v0.2.0-certificate.sig")]
    [InlineData("v1.1.0-certificate.sig")]
    [InlineData("v1.1.0-sigstore.sig")]
    public void Signatures_by_certificates_are_refused_by_that_name(string file)
    {
        Assert.Null(SignatureBundle.Read(File.ReadAllBytes(At(file)), out string problem));
        Assert.Contains("certificate", problem, StringComparison.Ordinal);
    }

    [RequiresFact(Tool.OpenSsl)]
    public async Task OpenSSL_makes_the_key_and_finds_the_signature_good()
    {
        using ScratchFolder scratch = new();
        foreach (string command in new[] { "ecparam -genkey -name prime256v1 -noout -out key.pem", "ec -in key.pem -pubout -out pub.pem" })
        {
            Assert.Equal(0, (await Command.Run("openssl", command.Split(' '), folder: scratch.Path)).ExitCode);
        }
        using Signed signed = new();
        signed.Key.ImportFromPem(await File.ReadAllTextAsync(scratch["key.pem"]));
        SignatureBundle bundle = SignatureBundle.Read(
            Encoding.UTF8.GetBytes(SignVersion.Make(signed.Manifest, signed.ReleaseJson, signed.Key)), out _)!;
        await File.WriteAllBytesAsync(scratch["signed"], Dsse.Encode(Dsse.InToto, bundle.Payload));
        await File.WriteAllBytesAsync(scratch["sig"], bundle.Signature);
        (int exitCode, string output) = await Command.Run("openssl", "dgst -sha256 -verify pub.pem -signature sig signed".Split(' '), folder: scratch.Path);
        Assert.True(exitCode == 0 && output.Contains("Verified OK", StringComparison.Ordinal), output);
    }

    [Theory]
    [InlineData("no key at all")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAE\n-----END PUBLIC KEY-----\n")]
    public void What_is_no_public_key_is_not_trusted(string pem) => Assert.Null(TrustedKey.Read("x.pem", pem, out _));

    [Fact]
    public void Other_curves_and_private_keys_are_not_trusted()
    {
        using ECDsa bitcoin = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1"));
        Assert.Null(TrustedKey.Read("x.pem", bitcoin.ExportSubjectPublicKeyInfoPem(), out _));
        using RSA rsa = RSA.Create(2048);
        Assert.Null(TrustedKey.Read("x.pem", rsa.ExportSubjectPublicKeyInfoPem(), out _));
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Null(TrustedKey.Read("x.pem", own.ExportPkcs8PrivateKeyPem(), out string problem));
        Assert.Contains("is a private key", problem, StringComparison.Ordinal);
    }

    private static string At(string file) => Repository.At($"tests/LlmOps.Tests/ControlPlane/Admission/Signatures/{file}");
}
