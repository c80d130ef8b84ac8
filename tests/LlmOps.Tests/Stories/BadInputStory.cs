using LlmOps.Tests.Contracts;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Stories;

/// <summary>What users get wrong at the CLI: a clear message, an exit code that is not 0, and nothing changed.</summary>
[Collection(StackStories.Name)]
public sealed class BadInputStory(StackUnderTest stack)
{
    public static TheoryData<string[], string> Commands => new()
    {
        { ["frobnicate"], "'frobnicate' is not understood here" },
        { [], "Required command was not provided" },
        { ["upload", "x", "--froce"], "there is no option '--froce'" },
        { ["upload"], "`llmops upload --help`" },
        { ["get", "release", "-w"], "name one release" },
        { ["up", "--port", "http"], "'http'" },
        { ["pack", ".", "--model", "../x", "--version", "1.0.0"], "the model must match" },
        { ["pack", ".", "--model", "x", "--version", "1.0.0/../.."], "SemVer" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_that_is_none_is_a_usage_error(string[] arguments, string says)
    {
        (int exitCode, string output) = await Llmops.Run(arguments);
        Assert.True(exitCode == 2 && output.Contains(says), $"{exitCode} {output}");
    }

    private static readonly Dictionary<string, Action<string>> Spoilt = new()
    {
        ["wrong digest"] = folder => Change(folder, "config.json", text => text[..^1] + (char)(text[^1] ^ 1)),
        ["wrong size"] = folder => Change(folder, "config.json", text => text + " "),
        ["missing file"] = folder => File.Delete(Path.Combine(folder, "tokenizer.json")),
        ["extra file"] = folder => File.WriteAllText(Path.Combine(folder, "notes.txt"), "x"),
        ["not JSON"] = folder => Change(folder, "release.json", _ => "{ not json"),
        ["null"] = folder => Change(folder, "release.json", _ => "null"),
        ["no release.json"] = folder => File.Delete(Path.Combine(folder, "release.json")),
        ["no folder"] = folder => Directory.Delete(folder, recursive: true),
        ["hostile model"] = folder => Change(folder, "release.json", text => text.Replace("\"tiny-ops\"", "\"../../tiny-ops\"")),
        ["hostile version"] = folder => Change(folder, "release.json", text => text.Replace("\"1.1.0\"", "\"1.1.0/../../x\"")),
        ["hostile path"] = folder => Change(folder, "release.json", text => text.Replace("\"config.json\"", "\"../config.json\"")),
    };

    [Theory]
    [InlineData("wrong digest", "config.json has the SHA-256")]
    [InlineData("wrong size", "config.json has")]
    [InlineData("missing file", "tokenizer.json is missing; release.json lists it")]
    [InlineData("extra file", "notes.txt is not listed in release.json")]
    [InlineData("not JSON", "release.json is not the JSON of a release")]
    [InlineData("null", "holds null")]
    [InlineData("no release.json", "`llmops pack")]
    [InlineData("no folder", "is not a folder")]
    [InlineData("hostile model", "'model' must match")]
    [InlineData("hostile version", "'version' must be a SemVer")]
    [InlineData("hostile path", "the path must be relative")]
    public async Task A_spoilt_folder_is_not_uploaded(string what, string says)
    {
        using ScratchFolder scratch = new();
        string folder = Samples.Copy("1.1.0", scratch["version"]);
        Spoilt[what](folder);
        (int exitCode, string output) = await Llmops.Run("upload", folder, "--home", scratch["home"]);
        Assert.True(exitCode == 1 && output.Contains(says) && output.Contains("nothing was uploaded"), $"{exitCode} {output}");
        Assert.Empty(Directory.Exists(scratch["home"]) ? Directory.GetFiles(scratch["home"], "*", SearchOption.AllDirectories) : []);
    }

    [RequiresFact(Tool.Prometheus)]
    public async Task A_version_is_immutable()
    {
        string before = await Everything();
        using ScratchFolder scratch = new();
        (int exitCode, string output) = await stack.Cli("upload", await Samples.Renamed("1.1.0", "1.0.0", scratch["other"]));
        Assert.True(exitCode == 1 && output.Contains("A version is immutable") && output.Contains("nothing was uploaded"), output);
        (exitCode, output) = await stack.Cli("upload", Samples.Version("1.0.0"));
        Assert.True(exitCode == 0 && output.Contains("is uploaded already, with the same digest"), output);
        Assert.Equal(before, await Everything());
    }

    [RequiresFact(Tool.Prometheus)]
    public async Task What_is_not_there_is_said_to_be_not_there()
    {
        string before = await Everything();
        (string[] Arguments, string Says)[] asked =
        [
            (["get", "release", "tiny-ops@7.7.7"], "there is no release tiny-ops@7.7.7"),
            (["get", "release", "../x@1.0.0"], "is not the name of a release"),
            (["rollback", "unknown", "--reason", "test"], "no release of model 'unknown' is known"),
            (["rollback", "../x", "--reason", "test"], "no release of model '../x' is known"),
            (["up"], "a stack runs in"),
        ];
        foreach ((string[] arguments, string says) in asked)
        {
            (int exitCode, string output) = await stack.Cli(arguments);
            Assert.True(exitCode == 1 && output.Contains(says), $"{arguments[0]}: {exitCode} {output}");
        }
        Assert.Equal(before, await Everything());
    }

    [Fact]
    public async Task Without_a_stack_an_upload_waits_and_the_rest_says_what_to_do()
    {
        using ScratchFolder scratch = new();
        (int exitCode, string output) = await Llmops.Run("upload", Samples.Version("1.0.0"), "--home", scratch.Path);
        Assert.True(exitCode == 8 && output.Contains("the release begins when `llmops up` runs there"), output);
        foreach (string[] arguments in (string[][])[["get", "release"], ["rollback", "tiny-ops", "--reason", "test"]])
        {
            (exitCode, output) = await Llmops.Run([.. arguments, "--home", scratch.Path]);
            Assert.True(exitCode == 1 && output.Contains("start one with `llmops up`"), output);
        }
        (exitCode, output) = await Llmops.Run("audit", "verify", "--home", scratch.Path);
        Assert.True(exitCode == 1 && output.Contains("holds no stack"), output);
        (exitCode, output) = await Llmops.Run("demo", "--home", scratch.Path);
        Assert.True(exitCode == 1 && output.Contains("no demonstration made"), output);
    }

    // When a release is looked at next is no change.
    private async Task<string> Everything() => string.Join('\n',
        [
            .. (await stack.Client.List(null, default)).Select(release => (release with { Tick = 0, NextLookAt = null }).ToString()),
            await GitOps.Git(stack.Home.Repository, "rev-parse", "main"),
        ]);

    private static void Change(string folder, string file, Func<string, string> change)
    {
        string path = Path.Combine(folder, file);
        File.WriteAllText(path, change(File.ReadAllText(path)));
    }
}
