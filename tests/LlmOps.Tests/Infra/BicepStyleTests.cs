using System.Text.RegularExpressions;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Infra;

public sealed partial class BicepStyleTests
{
    [RequiresFact(Tool.InfraReaders)]
    public void Every_file_parses() => Assert.Empty(BicepFile.All.SelectMany(file => file.Problems.Select(problem => $"{file.File}:{problem}")));

    [RequiresFact(Tool.InfraReaders)]
    public void Every_file_parameter_output_and_type_is_described()
    {
        Assert.Empty(BicepFile.Templates.Where(file => !file.Metadata.Contains("description")).Select(file => $"{file.File} has no description"));
        Assert.Empty(BicepFile.Templates.SelectMany(file => file.Params.Concat(file.Outputs).Where(declared => declared.Description.Length == 0)
            .Select(declared => $"{file.File}: {declared.Name} has no description")));
        Assert.Empty(BicepFile.Templates.SelectMany(file => file.Types).SelectMany(type => type.Properties.Select(property => (Name: $"{type.Name}.{property.Name}", property.Decorators))
            .Prepend((type.Name, type.Decorators)).Where(named => !named.Decorators.ContainsKey("description")).Select(named => $"{named.Name} has no description")));
    }

    [RequiresFact(Tool.InfraReaders)]
    public void A_parameter_says_whether_it_is_required() => Assert.Empty(BicepFile.Templates.SelectMany(file => file.Params
        .Where(parameter => !parameter.Description.StartsWith(parameter.IsRequired ? "Required. " : "Optional. ", StringComparison.Ordinal))
        .Select(parameter => $"{file.File}: {parameter.Name} is {(parameter.IsRequired ? "required" : "optional")}, and its description says otherwise")));

    [RequiresFact(Tool.InfraReaders)]
    public void What_is_deployed_consists_of_modules_only()
    {
        foreach (string path in new[] { "main.bicep", "subscription.bicep" })
        {
            BicepFile file = BicepFile.Of(path);
            Assert.Equal("resourceGroup", file.Scope);
            Assert.Empty(file.Resources);
            Assert.NotEmpty(file.Modules);
        }
        string[] called = [.. BicepFile.Templates.SelectMany(file => file.Modules.Select(module => module.Path[(module.Path.LastIndexOf('/') + 1)..]))];
        Assert.Empty(BicepFile.OfModules.Select(file => file.File["modules/".Length..]).Except([.. called, "types.bicep"]));
    }

    [RequiresFact(Tool.InfraReaders)]
    public void No_file_is_long()
    {
        Assert.Empty(BicepFile.OfModules.Where(file => file.Lines > 150).Select(file => $"{file.File} has {file.Lines} lines; at most 150"));
        Assert.InRange(BicepFile.Of("main.bicep").Lines, 1, 310);
    }

    [RequiresFact(Tool.InfraReaders)]
    public void What_is_secret_is_a_secure_parameter_without_a_default()
    {
        (string File, Declared Parameter)[] secrets = [.. BicepFile.Templates.SelectMany(file => file.Params.Select(parameter => (file.File, parameter)))
            .Where(each => SecretName().IsMatch(each.parameter.Name))];
        Assert.NotEmpty(secrets);
        Assert.Empty(secrets.Where(each => !each.Parameter.Decorators.ContainsKey("secure")).Select(each => $"{each.File}: {each.Parameter.Name} is not secure"));
        Assert.Empty(BicepFile.Templates.SelectMany(file => file.Params.Where(parameter => parameter.Decorators.ContainsKey("secure") && !parameter.IsRequired
            && parameter.Value?.GetProperty("s").GetString() is not "")
            .Select(parameter => $"{file.File}: {parameter.Name} has a default")));
        Assert.Empty(BicepFile.Templates.SelectMany(file => file.Outputs.Where(output => SecretName().IsMatch(output.Name)).Select(output => $"{file.File} tells {output.Name}")));
    }

    [RequiresFact(Tool.InfraReaders)]
    public void No_key_is_asked_for_and_none_stands_in_a_file()
    {
        Assert.Empty(BicepFile.All.SelectMany(file => file.Calls.Where(call => ListsKeys().IsMatch(call)).Select(call => $"{file.File} calls {call}")));
        Assert.Empty(BicepFile.All.SelectMany(file => LooksSecret().Matches(file.Text).Select(match => $"{file.File}: {match.Value[..Math.Min(16, match.Length)]}…")));
    }

    [RequiresFact(Tool.InfraReaders)]
    public void Nothing_is_declared_that_nobody_uses()
    {
        Assert.Empty(BicepFile.Templates.SelectMany(file => file.Params.Select(parameter => parameter.Name).Concat(file.Variables.Select(variable => variable.Name))
            .Concat(file.Imports.SelectMany(import => import.Names)).Concat(file.Resources.Where(resource => resource.Existing).Select(resource => resource.Symbol))
            .Where(name => file.Words.Count(word => word == name) < 2).Select(name => $"{file.File}: {name} is not used")));
        string[] read = [.. BicepFile.Templates.SelectMany(file => file.OutputsRead.Select(output =>
            $"{Path.GetFileName(file.Modules.Single(module => module.Symbol == output.Module).Path)} {output.Output}"))];
        Assert.Empty(BicepFile.OfModules.SelectMany(file => file.Outputs.Select(output => $"{Path.GetFileName(file.File)} {output.Name}")).Except(read));
    }

    [Fact]
    public void Every_rule_of_the_linter_is_an_error_but_for_two()
    {
        string[] off = [.. RuleLevel().Matches(Repository.Text("infra-bicep/bicepconfig.json")).Where(match => match.Groups[2].Value != "error").Select(match => match.Groups[1].Value)];
        Assert.Equal(["use-description-vars", "what-if-short-circuiting"], off);
    }

    [GeneratedRegex("(?i)(password|secret|token|key|connectionstring)$")]
    private static partial Regex SecretName();

    [GeneratedRegex("(?i)^list[a-z]*(keys?|secrets?|tokens?|credentials?|sas)")]
    private static partial Regex ListsKeys();

    [GeneratedRegex(@"AccountKey=|SharedAccessKey|Password=|-----BEGIN|'(?=[^']*[0-9])[A-Za-z0-9+/_-]{32,}={0,2}'(?<!'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}')")]
    private static partial Regex LooksSecret();

    [GeneratedRegex("""
        "([a-z-]+)": \{ "level": "(\w+)" \}
        """)]
    private static partial Regex RuleLevel();
}
