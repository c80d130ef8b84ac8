using LlmOps.Inference;
using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Fetching;

namespace LlmOps.Tests.Inference.Models.Fetching;

public sealed class ModelSourceTests
{
    [Theory]
    [InlineData("models/tiny/1.0.0", "models/tiny/1.0.0")]
    [InlineData("/models/tiny/1.0.0", "/models/tiny/1.0.0")]
    [InlineData("file:///models/tiny/1.0.0", "/models/tiny/1.0.0")]
    [InlineData("file:/models/tiny", "/models/tiny")]
    public void A_path_is_a_folder_of_this_machine(string text, string path) => Assert.Equal(new ModelSource.Folder(path), ModelSource.Parse(text).Source);

    [Theory]
    [InlineData("https://models.example.com/tiny/1.0.0/", false, "https://models.example.com/tiny/1.0.0/onnx/a%20b.bin")]
    [InlineData("http://127.0.0.1:8080/tiny/1.0.0", false, "http://127.0.0.1:8080/tiny/1.0.0/onnx/a%20b.bin")]
    [InlineData("https://acc.blob.core.windows.net/models/tiny/1.0.0", true, "https://acc.blob.core.windows.net/models/tiny/1.0.0/onnx/a%20b.bin")]
    [InlineData("https://acc.z7.blob.storage.azure.net/models/tiny/1.0.0", true, "https://acc.z7.blob.storage.azure.net/models/tiny/1.0.0/onnx/a%20b.bin")]
    [InlineData("https://acc.blob.core.windows.net/models/tiny/1?sv=1&sig=x%2B", false, "https://acc.blob.core.windows.net/models/tiny/1/onnx/a%20b.bin?sv=1&sig=x%2B")]
    [InlineData("https://evil.example/.blob.core.windows.net/t/1", false, "https://evil.example/.blob.core.windows.net/t/1/onnx/a%20b.bin")]
    public void An_address_is_an_origin_and_a_token_goes_to_blob_storage_only(string text, bool asIdentity, string file)
    {
        ModelSource.Origin origin = Assert.IsType<ModelSource.Origin>(ModelSource.Parse(text).Source);
        Assert.Equal(asIdentity, origin.AsIdentity);
        Assert.Equal(file, origin.Of("onnx/a b.bin").AbsoluteUri);
        Assert.DoesNotContain("sig", origin.Shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://models.example.com/tiny/1.0.0", "begins with http")]
    [InlineData("s3://bucket/tiny", "begins with s3")]
    [InlineData("https://me:secret@models.example.com/tiny", "a password")]
    [InlineData("file://server/share", "another machine")]
    [InlineData("https://h/a#b", "fragment")]
    [InlineData("https://", "not an address")]
    [InlineData("https:/h/m?sig=secret", "not an address")]
    [InlineData("HTTP:h/m?sig=secret", "not an address")]
    public void What_cannot_be_fetched_safely_is_refused(string text, string error)
    {
        (ModelSource? source, string? told) = ModelSource.Parse(text);
        Assert.Null(source);
        Assert.Contains(error, told, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--model-dir a", "", "", "a")]
    [InlineData("--model-uri a", "b", "", "a")]
    [InlineData("", "b", "c", "c")]
    [InlineData("--model-dir a", "b", "http://localhost/m/1", "a")]
    [InlineData("", "b", "http://localhost/m/1", "http://localhost/m/1")]
    public void A_flag_counts_before_a_variable_and_an_address_before_a_folder(string flags, string folder, string uri, string expected)
    {
        string[] arguments = [.. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--slot", "blue"];
        (ServerOptions? options, _) = ServerOptions.Parse(arguments, name => name switch
        {
            "LLMOPS_MODEL_DIR" => folder,
            "LLMOPS_MODEL_URI" => uri,
            "LLMOPS_MODEL_DIGEST" => $"sha256:{new string('0', 64)}",
            _ => null,
        });
        Assert.Equal(expected, options!.Origin?.Shown ?? options.ModelDir);
        Assert.Equal(options.Origin is null ? "" : "m", options.ExpectedModel);
        Assert.Equal(new string('0', 64), options.Digest);
    }

    [Fact]
    public void Empty_digest_is_not_any_version()
    {
        string? told = ServerOptions.Parse(["--model-dir", "a", "--slot", "blue"], name => name == "LLMOPS_MODEL_DIGEST" ? "" : null).Error;
        Assert.Contains("LLMOPS_MODEL_DIGEST is empty: give the version's digest, or unset it", told, StringComparison.Ordinal);
        Assert.Contains("is empty", ServerOptions.Parse(["--model-dir", "a", "--slot", "blue", "--model-digest", "sha256:"], _ => null).Error, StringComparison.Ordinal);
        (ServerOptions? any, _) = ServerOptions.Parse(["--model-dir", "a", "--slot", "blue"], _ => null);
        Assert.Equal(NamedVersion.Any, any!.Named);
    }

    [Theory]
    [InlineData("--model-dir /mnt/models", null, null, null)]
    [InlineData("--model-uri http://localhost/models/tiny/1.0.0", null, "tiny", null)]
    [InlineData("--model-uri http://localhost/models/tiny/1.0.0 --model other --version 2.0.0", "env", "other", "2.0.0")]
    [InlineData("--model-dir a", "env", "env", "env")]
    [InlineData("--model-dir a", "", null, null)]
    public void Flags_variables_and_the_address_say_what_the_version_has_to_be(string flags, string? variable, string? model, string? version)
    {
        (ServerOptions? options, _) = ServerOptions.Parse([.. flags.Split(' '), "--slot", "blue"], name => name is "LLMOPS_MODEL" or "LLMOPS_MODEL_VERSION" ? variable : null);
        Assert.Equal(new NamedVersion(model, version, null), options!.Named);
    }

    [Theory]
    [InlineData("--model-dir a --model-uri b", "exclude each other")]
    [InlineData("--model-uri ftp://h/m", "--model-uri begins with ftp")]
    [InlineData("--model-dir a --model-digest 12", "64 lower-case hex digits")]
    [InlineData("--model-dir a --download-connections 0", "--download-connections")]
    [InlineData("--model-uri=https://h/m?sig=secret", "unknown argument --model-uri")]
    [InlineData("https://h/m?sig=secret", "unknown argument https://h/m")]
    public void Wrong_flags_are_named_without_what_may_be_secret(string flags, string error)
    {
        string? told = ServerOptions.Parse([.. flags.Split(' '), "--slot", "blue"], _ => null).Error;
        Assert.Contains(error, told, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", told, StringComparison.Ordinal);
    }
}
