using System.Text.Json.Nodes;
using LlmOps.Inference.Tokenization.Templates;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Inference.Tokenization;

public sealed class JinjaTests
{
    private static readonly JsonObject Nothing = [];

    [Fact]
    public void Templates_render_as_in_Jinja2()
    {
        JsonNode file = JsonNode.Parse(File.ReadAllText(Repository.At("tests", "LlmOps.Tests", "Inference", "Tokenization", "jinja-cases.json")))!;
        JsonArray rows = file["cases"]!.AsArray();
        JinjaCase.AssertAll(
            [.. rows.Select(row => new JinjaCase((string)row!["template"]!, (string)row["template"]!, file["values"]!.AsObject()))],
            [.. rows.Select(row => (string?)row!["expected"])]);
    }

    [Theory]
    [InlineData("\n\n{% if a %}", "line 3", "an if is not closed")]
    [InlineData("a\n{% endfor %}", "line 2", "endfor closes nothing")]
    [InlineData("{{ 'open }}", "line 1", "not closed")]
    [InlineData("\n{{ x | nope }}", "line 2", "the filter nope")]
    [InlineData("{{ x is nope }}", "line 1", "the test nope")]
    [InlineData("{% include 'x' %}", "line 1", "include")]
    [InlineData("{% for x in l recursive %}{% endfor %}", "line 1", "recursive")]
    [InlineData("{{ # }}", "line 1", "'#'")]
    [InlineData("{% break %}", "line 1", "break")]
    [InlineData("{{ a b }}", "line 1", "'b'")]
    [InlineData("{# open", "line 1", "a comment is not closed")]
    [InlineData("{% if a %}{% endfor %}", "line 1", "endfor does not belong in an if")]
    public void What_is_no_template_is_refused_at_load_with_its_line(string source, string line, string what)
    {
        string message = Assert.Throws<TemplateException>(() => Template.Parse(source)).Message;
        Assert.Contains(line, message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\n{{ missing.x }}", "line 2: 'missing' is undefined")]
    [InlineData("{{ missing() }}", "line 1: 'missing' is undefined")]
    [InlineData("{% if true %}\n{{ 1 + 'a' }}{% endif %}", "line 2: + of a whole number and a string")]
    [InlineData("{{ [].append(1) }}", "append() would change a value")]
    [InlineData("{% if true %}{{ 'x' | nope }}{% endif %}", "the filter nope is not supported")]
    [InlineData("{{ 'a'.__class__.x }}", "has no '__class__'")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "over 64 bits")]
    [InlineData("{% for a, b in [[1]] %}{% endfor %}", "1 items do not go into 2 names")]
    [InlineData("{{ 'x' | tojson(nope=1) }}", "tojson takes no argument nope")]
    public void What_fails_when_run_is_named_with_its_line(string source, string message) =>
        Assert.Contains(message, JinjaCase.Render(source, Nothing).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "steps")]
    [InlineData("{{ range(1000000000) | length }}", "a range is over")]
    [InlineData("{{ 'a' * 1000000000 }}", "characters")]
    [InlineData("{{ ([1] * 1000000000) | length }}", "characters")]
    [InlineData("{% set ns = namespace(x='aa') %}{% for i in range(64) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}", "characters")]
    [InlineData("{% set ns = namespace(x='aa') %}{% for i in range(64) %}{% set ns.x = ns.x + ns.x %}{% endfor %}", "characters")]
    [InlineData("{% set ns = namespace(x=['aa']) %}{% for i in range(64) %}{% set ns.x = ns.x + ns.x %}{% endfor %}", "characters")]
    [InlineData("{% set ns = namespace(x='aa') %}{% for i in range(64) %}{% set ns.x = [ns.x, ns.x] | join %}{% endfor %}", "characters")]
    [InlineData("{% set ns = namespace(x='aa') %}{% for i in range(64) %}{% set ns.x = ns.x.replace('a', 'aa') %}{% endfor %}", "characters")]
    [InlineData("{% set ns = namespace(x=[]) %}{% for i in range(64) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}", "")]
    [InlineData("{% set ns = namespace(x=[]) %}{% for i in range(64) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x == ns.x | string }}", "")]
    [InlineData("{% set ns = namespace(x=[]) %}{% for i in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}", "deeply")]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "macros call each other")]
    [InlineData("{{ '' | center(1000000000) }}", "characters")]
    [InlineData("{{ 'a' | indent(1000000000) | length }}", null)]
    public void A_hostile_template_is_stopped(string source, string? reason)
    {
        (string? text, string? error) = JinjaCase.Render(source, Nothing);
        if (reason is null) Assert.NotNull(text);
        else Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_nested_without_end_is_refused()
    {
        Assert.Contains("nested", Assert.Throws<TemplateException>(() => Template.Parse("{{ " + new string('(', 100_000) + new string(')', 100_000) + " }}")).Message, StringComparison.Ordinal);
        Assert.Contains("nested", Assert.Throws<TemplateException>(() => Template.Parse(string.Concat(Enumerable.Repeat("{% if a %}", 100_000)))).Message, StringComparison.Ordinal);
        Assert.Contains("nested", Assert.Throws<TemplateException>(() => Template.Parse("{{ " + new string('-', 100_000) + "1 }}")).Message, StringComparison.Ordinal);
    }
}
