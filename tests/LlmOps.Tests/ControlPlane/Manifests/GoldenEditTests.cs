using System.Globalization;
using System.Text;
using LlmOps.Manifests;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Manifests;

/// <summary>
/// Each folder under golden/ holds a file `before`, the file `after`, and in `edit` the words of the edit. Comments, order,
/// line ends and formatting stay as people wrote them. Folders named after a dialect are those of <see cref="DialectGoldenTests"/>, `mirror-…` those of <see cref="MirrorEditTests"/>.
/// </summary>
public sealed class GoldenEditTests
{
    private const string Folder = "tests/LlmOps.Tests/ControlPlane/Manifests/golden";

    public static TheoryData<string> Cases =>
        [.. Directory.GetDirectories(Repository.At(Folder)).Where(path => File.Exists(Path.Combine(path, "edit")) && !Path.GetFileName(path).StartsWith("mirror-", StringComparison.Ordinal))
            .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_edit_changes_what_it_names_and_nothing_else(string name)
    {
        string[] edit = Repository.Text($"{Folder}/{name}/edit").Trim().Split(' ');
        string after = Edit(edit, Read($"{Folder}/{name}/before"));
        Assert.Equal(Read($"{Folder}/{name}/after"), after);
        Assert.Equal(after, Edit(edit, after));
    }

    [Theory]
    [InlineData("blue")]
    [InlineData("green")]
    public void The_templates_slots_change_in_three_scalars(string slot)
    {
        string before = Repository.Text($"inference/deploy/apps/tiny-ops/{slot}.yaml");
        string after = new SlotManifest("1.1.0", "abc", 2).WriteTo(slot, before);
        Assert.Equal(
            before.Replace("replicas: 0", "replicas: 2", StringComparison.Ordinal)
                .Replace("version: \"\"", "version: \"1.1.0\"", StringComparison.Ordinal).Replace("digest: \"\"", "digest: \"abc\"", StringComparison.Ordinal),
            after);
    }

    [Fact]
    public void The_templates_route_changes_in_two_scalars()
    {
        string before = Repository.Text("inference/deploy/apps/tiny-ops/route.yaml");
        string after = new RouteManifest(95, 5).WriteTo("tiny-ops", "route", before);
        int blue = before.IndexOf("weight: 0", StringComparison.Ordinal);
        Assert.Equal(before[..blue] + "weight: 95" + before[(blue + 9)..].Replace("weight: 0", "weight: 5", StringComparison.Ordinal), after);
    }

    private static string Edit(string[] edit, string text) => edit switch
    {
        ["route", var blue, var green] => new RouteManifest(Number(blue), Number(green)).WriteTo("tiny-ops", "route", text),
        ["slot", var version, var digest, var replicas] => new SlotManifest(version, digest, Number(replicas)).WriteTo("slot", text),
        ["quarantine", var digest] => QuarantineManifest.Add(text, new QuarantineEntry(digest, "tiny-ops@1.1.0", "too many errors", ManualClock.Start)),
        _ => throw new InvalidDataException($"'{string.Join(' ', edit)}' is not an edit"),
    };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Read(string path) => Encoding.UTF8.GetString(File.ReadAllBytes(Repository.At(path)));
}
