using System.Reflection;
using System.Text.RegularExpressions;
using LlmOps.FunctionApp.Triggers;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.Tests.FunctionApp;

public sealed partial class TriggerConventionTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(Path.Combine(Repository.Root, "functions", "FunctionApp", "Triggers")).Select(file => Path.GetFileName(file)!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Bodies_have_at_most_ten_lines(string file) =>
        Assert.All(Functions(file), function => Assert.InRange(BodyLines(function), 1, 10));

    [Theory]
    [MemberData(nameof(Files))]
    public void Triggers_decide_nothing(string file) => Assert.DoesNotMatch(Decision, Regex.Replace(Read(file), "///.*", ""));

    [Theory]
    [MemberData(nameof(Files))]
    public void Http_triggers_name_their_authorization_level(string file) =>
        Assert.DoesNotMatch(@"HttpTrigger\((?!AuthorizationLevel\.)", Read(file));

    [Theory]
    [MemberData(nameof(Files))]
    public void File_and_class_start_with_what_wakes_them(string file)
    {
        string woken = Assert.Single(Woken.Matches(Read(file)).Select(match => match.Groups[1].Value).Distinct());
        Assert.StartsWith(woken, file, StringComparison.Ordinal);
        Assert.Contains($"public sealed class {Path.GetFileNameWithoutExtension(file)}(", Read(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_hooks_which_bring_their_own_proof_are_anonymous()
    {
        HttpTriggerAttribute[] http = [.. Bindings<HttpTriggerAttribute>()];
        Assert.NotEmpty(http);
        Assert.All(http, trigger => Assert.Equal(
            trigger.Route!.StartsWith("hooks/", StringComparison.Ordinal) ? AuthorizationLevel.Anonymous : AuthorizationLevel.Function,
            trigger.AuthLevel));
    }

    [Fact]
    public void Queues_are_read_in_sessions() => Assert.All(Bindings<ServiceBusTriggerAttribute>(), trigger => Assert.True(trigger.IsSessionsEnabled));

    private static IEnumerable<T> Bindings<T>()
        where T : Attribute =>
        from type in typeof(BlobModelUploaded).Assembly.GetExportedTypes()
        from method in type.GetMethods()
        from parameter in method.GetParameters()
        from attribute in parameter.GetCustomAttributes<T>()
        select attribute;

    private static string Read(string file) =>
        File.ReadAllText(Path.Combine(Repository.Root, "functions", "FunctionApp", "Triggers", file));

    // From its mark to the blank line, or the class's brace, that follows it.
    private static IEnumerable<string[]> Functions(string file) =>
        from part in Read(file).Split("[Function(").Skip(1)
        select part.Split('\n').TakeWhile(line => line.Length > 0 && line != "}").ToArray();

    private static int BodyLines(string[] function) =>
        function.SkipWhile(line => !line.EndsWith("=>", StringComparison.Ordinal) && line.Trim() != "{").Skip(1).Count(line => line.Trim() != "}");

    [GeneratedRegex(@"\b(if|switch|for|foreach|while|catch)\b")]
    private static partial Regex Decision { get; }

    [GeneratedRegex(@"\[(Http|Blob|ServiceBus|Timer)Trigger\(")]
    private static partial Regex Woken { get; }
}
