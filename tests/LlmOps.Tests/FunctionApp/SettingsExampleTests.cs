using System.Text.Json;
using System.Text.RegularExpressions;

namespace LlmOps.Tests.FunctionApp;

public sealed class SettingsExampleTests
{
    private static readonly JsonElement Example =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "local.settings.example.json"))).RootElement;

    [Fact]
    public void Every_setting_is_explained() => Assert.Equal(Names("Values"), Names("Comments").Where(name => name != "this file"));

    [Fact]
    public void Every_setting_that_a_trigger_names_is_there()
    {
        string sources = string.Concat(Directory.GetFiles(Path.Combine(Repository.Root, "functions", "FunctionApp", "Triggers")).Select(File.ReadAllText));
        IEnumerable<string> named = Regex.Matches(sources, """%(\w+)%|Connection = "(\w+)""").Select(match => match.Groups[1].Value + match.Groups[2].Value);
        Assert.All(named.Distinct(), name => Assert.Contains(Names("Values"), value => value == name || value.StartsWith(name + "__", StringComparison.Ordinal)));
    }

    [Fact]
    public void Routes_have_no_prefix()
    {
        JsonElement host = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "host.json"))).RootElement;
        Assert.Equal("", host.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString());
    }

    private static IEnumerable<string> Names(string section) => Example.GetProperty(section).EnumerateObject().Select(property => property.Name);
}
