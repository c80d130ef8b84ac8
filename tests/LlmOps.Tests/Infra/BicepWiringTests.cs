using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Infra;

public sealed class BicepWiringTests
{
    [RequiresFact(Tool.InfraReaders)]
    public void A_module_gets_every_parameter_that_it_asks_for_and_no_other()
    {
        List<string> wrong = [];
        foreach ((BicepFile file, Module module) in BicepFile.Templates.SelectMany(file => file.Modules.Select(module => (file, module))))
        {
            BicepFile called = Called(file, module);
            wrong.AddRange(module.Params.Except(called.Params.Select(parameter => parameter.Name)).Select(name => $"{file.File}: {module.Path} has no parameter {name}"));
            wrong.AddRange(called.Params.Where(parameter => parameter.IsRequired).Select(parameter => parameter.Name).Except(module.Params).Select(name => $"{file.File}: {module.Path} needs {name}"));
            wrong.AddRange(module.Properties.Except(["params", "dependsOn", "scope"]).Select(name => $"{file.File}: {module.Symbol} sets {name}"));
        }
        Assert.Empty(wrong);
    }

    [RequiresFact(Tool.InfraReaders)]
    public void An_output_that_is_read_exists() => Assert.Empty(BicepFile.Templates.SelectMany(file => file.OutputsRead
        .Where(read => Called(file, file.Modules.Single(module => module.Symbol == read.Module)).Outputs.All(output => output.Name != read.Output))
        .Select(read => $"{file.File} reads {read.Module}.{read.Output}")));

    [RequiresFact(Tool.InfraReaders)]
    public void An_import_exists() => Assert.Empty(BicepFile.Templates.SelectMany(file => file.Imports
        .SelectMany(import => import.Names.Except(Resolve(file, import.From).Types.Select(type => type.Name)).Select(name => $"{file.File} imports {name}"))));

    [RequiresFact(Tool.InfraReaders)]
    public void A_parameter_file_gives_what_is_asked_for_and_no_more()
    {
        Declared[] asked = BicepFile.Of("main.bicep").Params;
        DeclaredType[] types = BicepFile.Of("modules/types.bicep").Types;
        foreach (BicepFile file in BicepFile.All.Where(file => file.File.EndsWith(".bicepparam", StringComparison.Ordinal)))
        {
            Assert.Equal("main.bicep", file.Using);
            string[] given = [.. file.Variables.Select(variable => variable.Name)];
            Assert.Empty(given.Except(asked.Select(parameter => parameter.Name)));
            Assert.Empty(asked.Where(parameter => parameter.IsRequired).Select(parameter => parameter.Name).Except(given));
            foreach ((Variable variable, DeclaredType type) in file.Variables.SelectMany(variable => types
                .Where(type => type.Name == asked.Single(parameter => parameter.Name == variable.Name).Type.TrimEnd('?')).Select(type => (variable, type))))
            {
                string[] set = [.. variable.Value.GetProperty("o").EnumerateObject().Select(member => member.Name)];
                Assert.Empty(set.Except(type.Properties.Select(property => property.Name)).Select(name => $"{file.File}: {variable.Name} has no {name}"));
                Assert.Empty(type.Properties.Where(property => !property.Optional).Select(property => property.Name).Except(set).Select(name => $"{file.File}: {variable.Name} lacks {name}"));
            }
        }
    }

    [RequiresFact(Tool.InfraReaders)]
    public void A_role_is_assigned_beside_what_it_grants()
    {
        (BicepFile File, Resource Role)[] roles = [.. BicepFile.Templates.SelectMany(file => file.Resources
            .Where(resource => resource.Type == "Microsoft.Authorization/roleAssignments").Select(role => (file, role)))];
        Assert.NotEmpty(roles);
        Assert.Empty(roles.Where(each => each.Role.At("scope") is not { } scope
            || !each.File.Resources.Any(resource => resource.Symbol == scope.Split("::")[0] && !resource.Existing)).Select(each => $"{each.File.File}: {each.Role.Symbol}"));
        Assert.Empty(roles.Where(each => each.Role.At("properties.principalType") is null).Select(each => $"{each.File.File}: {each.Role.Symbol} does not say whose principal it is"));
    }

    [RequiresFact(Tool.InfraReaders)]
    public void The_types_and_properties_are_known_ones()
    {
        // Each path was looked up in the published description of its type at that version. A new one is looked up, then added.
        Dictionary<string, HashSet<string>> known = [];
        string type = "";
        foreach (string line in File.ReadLines(Repository.At("tests", "LlmOps.Tests", "Infra", "resource-types.txt")))
        {
            if (line.StartsWith(' '))
            {
                known[type].UnionWith(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
            else
            {
                known[type = line] = [];
            }
        }
        (string Type, string Path, string File)[] used = [.. BicepFile.Templates.SelectMany(file => file.Resources.SelectMany(resource => resource.Paths
            .Except(["scope", "parent", "dependsOn"]).Select(path => ($"{resource.Type}@{resource.Version}", path, file.File))))];
        Assert.Empty(used.Where(each => !known.TryGetValue(each.Type, out HashSet<string>? paths) || !paths.Contains(each.Path)).Select(each => $"{each.File}: {each.Type} {each.Path}"));
        Assert.Empty(known.Keys.Except(used.Select(each => each.Type)));
    }

    private static BicepFile Called(BicepFile file, Module module) => Resolve(file, module.Path);

    private static BicepFile Resolve(BicepFile file, string path) => BicepFile.Of(file.File.StartsWith("modules/", StringComparison.Ordinal) ? $"modules/{path}" : path);
}
