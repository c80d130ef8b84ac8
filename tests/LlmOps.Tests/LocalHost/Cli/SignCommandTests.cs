using System.Security.Cryptography;
using LlmOps.LocalHost.Cli;
using LlmOps.Tests.Contracts;
using LlmOps.Tests.Stories;

namespace LlmOps.Tests.LocalHost.Cli;

/// <summary>`llmops pack --sign`, `sign` and `verify`, by their exit codes.</summary>
public sealed class SignCommandTests
{
    [Fact]
    public async Task A_folder_is_packed_and_signed_in_one_go_and_verified_with_the_public_key()
    {
        using ScratchFolder scratch = new();
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(scratch["key.pem"], key.ExportECPrivateKeyPem());
        await File.WriteAllTextAsync(scratch["pub.pem"], key.ExportSubjectPublicKeyInfoPem());
        await File.WriteAllTextAsync(scratch["other.pem"], other.ExportSubjectPublicKeyInfoPem());
        string folder = Samples.Copy("1.1.0", scratch["version"]);
        File.Delete(Path.Combine(folder, "release.json"));
        string[] pack = [folder, "--model", "tiny-ops", "--version", "1.4.0"];

        Assert.Equal(ExitCodes.Ok, await PackCommand.Create().Parse(pack).InvokeAsync());
        Assert.Equal(ExitCodes.Ok, await VerifyCommand.Create().Parse([folder]).InvokeAsync());
        Assert.Equal(ExitCodes.Failed, await VerifyCommand.Create().Parse([folder, "--keys", scratch["pub.pem"]]).InvokeAsync());
        Assert.Equal(ExitCodes.Ok, await PackCommand.Create().Parse([.. pack, "--sign", scratch["key.pem"]]).InvokeAsync());
        Assert.Equal(ExitCodes.Ok, await PackCommand.Create().Parse([.. pack, "--sign", scratch["key.pem"]]).InvokeAsync());
        Assert.Equal(ExitCodes.Ok, await VerifyCommand.Create().Parse([folder, "--keys", scratch["other.pem"], scratch["pub.pem"]]).InvokeAsync());
        Assert.Equal(ExitCodes.Failed, await VerifyCommand.Create().Parse([folder, "--keys", scratch["other.pem"]]).InvokeAsync());
        Assert.Equal(ExitCodes.Failed, await VerifyCommand.Create().Parse([folder, "--keys", scratch["key.pem"]]).InvokeAsync());
        Assert.Equal(ExitCodes.Failed, await SignCommand.Create().Parse([folder, "--key", scratch["pub.pem"]]).InvokeAsync());
    }
}
