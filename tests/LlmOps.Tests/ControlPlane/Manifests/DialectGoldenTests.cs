using System.Globalization;
using LlmOps.Manifests;

namespace LlmOps.Tests.ControlPlane.Manifests;

/// <summary>
/// golden/dialect/case/ holds the files `before`, the files `after`, and in `edit` one edit a line. What a dialect writes is
/// compared byte for byte; `after` was not written by it.
/// </summary>
public sealed class DialectGoldenTests
{
    private static readonly string[] Edited =
        ["weight", "percent", "replicas", "minReplicas", "llmops.dev/version", "llmops.dev/digest", "storageUri", "uri", "serving.kserve.io/stop"];

    public static TheoryData<string> Cases => [.. Dialect.Cases];

    [Fact]
    public void Every_dialect_has_a_case_with_windows_line_ends() => Assert.All(
        ManifestDialects.All,
        dialect => Assert.Contains(
            Dialect.Cases.Where(name => name.StartsWith($"{dialect.Name}/", StringComparison.Ordinal)),
            name => Read($"{name}/before").Values.Any(text => text.Contains("\r\n", StringComparison.Ordinal))));

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_edits_change_what_they_name_and_nothing_else(string name)
    {
        Assert.Equal(Dialect.Files($"{name}/before"), Dialect.Files($"{name}/after"));
        Dictionary<string, string> files = Read($"{name}/before");
        Edit(name, files);
        Assert.Equal(Read($"{name}/after"), files);
        Edit(name, files);
        Assert.Equal(Read($"{name}/after"), files);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Only_lines_with_an_edited_field_differ(string name)
    {
        Dictionary<string, string> after = Read($"{name}/before");
        Edit(name, after);
        foreach ((string file, string text) in Read($"{name}/before"))
        {
            (string[] old, string[] lines) = (text.Split('\n'), after[file].Split('\n'));
            Assert.Equal(old.Length, lines.Length);
            Assert.All(
                old.Zip(lines).Where(pair => pair.First != pair.Second),
                pair => Assert.Contains(Edited, key => pair.Second.Contains($"{key}:", StringComparison.Ordinal) || pair.Second.Contains($"{key}\":", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_read_and_written_again_is_the_same_text(string name)
    {
        IManifestDialect dialect = Dialect.Of(name.Split('/')[0]);
        foreach ((string file, string text) in new[] { "before", "after" }.SelectMany(side => Read($"{name}/{side}")))
        {
            if (file == "route.yaml")
            {
                RouteManifest weights = dialect.ReadRoute(Dialect.Route(text));
                Assert.Contains(text, new[] { IdleSlot.Warm, IdleSlot.CutOff }.Select(idle => dialect.WriteRoute(Dialect.Route(text), weights, idle)));
            }
            else if (Slot(file) is { } slot)
            {
                SlotFile at = Dialect.Slot(slot, text);
                Assert.Equal(text, dialect.WriteSlot(at, dialect.ReadSlot(at)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Any_edit_reads_back_as_it_was_asked_for(string name)
    {
        IManifestDialect dialect = Dialect.Of(name.Split('/')[0]);
        Random random = new(4);
        foreach ((string file, string text) in Read($"{name}/before").Where(file => file.Key == "route.yaml"))
        {
            string now = text;
            for (int i = 0; i < 50; i++)
            {
                RouteManifest asked = RouteManifest.Share(Slots.Green, random.Next(101));
                now = dialect.WriteRoute(Dialect.Route(now), asked, (IdleSlot)random.Next(2));
                Assert.Equal(asked, dialect.ReadRoute(Dialect.Route(now)));
            }
        }
    }

    private static void Edit(string name, Dictionary<string, string> files)
    {
        IManifestDialect dialect = Dialect.Of(name.Split('/')[0]);
        foreach (string[] words in Dialect.Golden($"{name}/edit").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')))
        {
            (string file, string text) = words switch
            {
                ["slot", var slot, var version, var digest, var replicas] =>
                    ($"{slot}.yaml", dialect.WriteSlot(Dialect.Slot(slot, files[$"{slot}.yaml"]), new SlotManifest(version, digest, Number(replicas)))),
                ["route", var blue, var green, var idle] =>
                    ("route.yaml", dialect.WriteRoute(Dialect.Route(files["route.yaml"]), new RouteManifest(Number(blue), Number(green)), Enum.Parse<IdleSlot>(idle, ignoreCase: true))),
                _ => throw new InvalidDataException($"'{string.Join(' ', words)}' is not an edit"),
            };
            files[file] = text;
        }
    }

    private static string? Slot(string file) => file switch { "blue.yaml" => Slots.Blue, "green.yaml" => Slots.Green, _ => null };

    private static Dictionary<string, string> Read(string folder) => Dialect.Files(folder).ToDictionary(file => file, file => Dialect.Golden($"{folder}/{file}"));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
