using LlmOps.Manifests;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Manifests;

/// <summary>
/// Copies of requests are put into a route and taken out again. Folders golden/mirror-* hold the file `before`, the file `after`, which
/// no dialect wrote, and in `edit` dialect, slot and percent.
/// </summary>
public sealed class MirrorEditTests
{
    private const string People = "gateway-api/mirror-untouched/before/route.yaml";

    public static TheoryData<string> Cases =>
        [.. Directory.GetDirectories(Repository.At(Dialect.Folder), "mirror-*").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Copies_are_put_in_where_they_belong_and_taken_out_to_the_byte(string name)
    {
        (IMirroringDialect dialect, RouteMirror asked) = Edit(name);
        (string before, string after) = (Dialect.Golden($"{name}/before"), Dialect.Golden($"{name}/after"));
        Assert.Equal(after, dialect.WriteMirror(Dialect.Route(before), asked));
        Assert.Equal(after, dialect.WriteMirror(Dialect.Route(after), asked));
        Assert.Equal(asked, dialect.ReadMirror(Dialect.Route(after)));
        Assert.Equal(before, dialect.WriteMirror(Dialect.Route(after), null));
        Assert.Equal(before, dialect.WriteMirror(Dialect.Route(before), null));
        Assert.Equal(before, RouteMirror.Without(dialect, Dialect.Route(after), asked.Slot));
        Assert.Equal(after, RouteMirror.Without(dialect, Dialect.Route(after), Slots.Other(asked.Slot)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Another_share_or_slot_takes_their_place(string name)
    {
        (IMirroringDialect dialect, RouteMirror asked) = Edit(name);
        RouteMirror other = new(Slots.Other(asked.Slot), 42);
        string changed = dialect.WriteMirror(Dialect.Route(Dialect.Golden($"{name}/after")), other);
        Assert.Equal(other, dialect.ReadMirror(Dialect.Route(changed)));
        Assert.Equal(Dialect.Golden($"{name}/before"), dialect.WriteMirror(Dialect.Route(changed), null));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Weights_are_edited_beside_them(string name)
    {
        (IMirroringDialect dialect, RouteMirror asked) = Edit(name);
        string moved = dialect.WriteRoute(Dialect.Route(Dialect.Golden($"{name}/after")), new RouteManifest(40, 60), IdleSlot.Warm);
        Assert.Equal((asked, new RouteManifest(40, 60)), (dialect.ReadMirror(Dialect.Route(moved)), dialect.ReadRoute(Dialect.Route(moved))));
        Assert.Equal(
            dialect.WriteRoute(Dialect.Route(Dialect.Golden($"{name}/before")), new RouteManifest(40, 60), IdleSlot.Warm), dialect.WriteMirror(Dialect.Route(moved), null));
    }

    [Fact]
    public void What_a_person_wrote_in_a_block_is_taken_out_too()
    {
        string text = Dialect.Golden("mirror-gateway-api-beside-rewrite/before").Replace("        - type: URLRewrite", """
                    # the candidate
                    - type: RequestMirror
                      requestMirror:
                        backendRef:
                          name: tiny-ops-green
                          port: 80
                        percent: 10 # of a hundred
                    - type: URLRewrite
            """, StringComparison.Ordinal);
        IMirroringDialect dialect = (IMirroringDialect)Dialect.Of("gateway-api");
        Assert.Equal(new RouteMirror(Slots.Green, 10), dialect.ReadMirror(Dialect.Route(text)));
        string without = dialect.WriteMirror(Dialect.Route(text), null);
        Assert.Contains("# the candidate", without, StringComparison.Ordinal);
        Assert.DoesNotContain("RequestMirror", without, StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_to_others_are_peoples() =>
        Assert.Null(((IMirroringDialect)Dialect.Of("gateway-api")).ReadMirror(Dialect.Route(Dialect.Golden(People))));

    [Theory]
    [InlineData("gateway-api", People, "name: tiny-ops-shadow, port: 80 }\n            percent: 5", "name: tiny-ops-green }\n            fraction: { numerator: 1 }", "are given in 'percent'")]
    [InlineData("gateway-api", "mirror-gateway-api-flow-filters/after", "type: URLRewrite, urlRewrite: { hostname: x }", "type: RequestMirror, requestMirror: { backendRef: { name: tiny-ops-blue } }", "a second time")]
    [InlineData("gateway-api", "mirror-gateway-api-empty-filters/before", "[ ]", "", "'filters' must be a list")]
    [InlineData("istio", "istio/hosts-and-mirror/before/route.yaml", "5.5", "6", "Istio has one 'mirror' a rule")]
    [InlineData("istio", "mirror-istio-hosts/after", "value: 100", "value: many", "no percentage of copies")]
    public void What_cannot_be_told_apart_is_left_alone(string name, string file, string old, string change, string problem)
    {
        string text = Dialect.Golden(file);
        Assert.Contains(old, text, StringComparison.Ordinal);
        IMirroringDialect dialect = (IMirroringDialect)Dialect.Of(name);
        ManifestException error = Assert.Throws<ManifestException>(
            () => dialect.WriteMirror(Dialect.Route(text.Replace(old, change, StringComparison.Ordinal)), new RouteMirror(Slots.Green, 7)));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    private static (IMirroringDialect Dialect, RouteMirror Asked) Edit(string name) => Dialect.Golden($"{name}/edit").Trim().Split(' ') is [_, var dialect, var slot, var percent]
        ? ((IMirroringDialect)Dialect.Of(dialect), new RouteMirror(slot, int.Parse(percent, System.Globalization.CultureInfo.InvariantCulture)))
        : throw new InvalidDataException($"{name}/edit is no edit");
}
