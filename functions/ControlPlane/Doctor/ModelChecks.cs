using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Doctor;

/// <summary>What a rollback writes, model by model: whether it can be read and written, and whether the policy leaves time for it.</summary>
internal static class ModelChecks
{
    private const double CooldownLimit = 1800;

    public static void Examine(IReadOnlyDictionary<string, string> texts, Chart chart)
    {
        List<string> models = [.. texts.Keys.Select(path => path.Split('/')).Where(parts => parts is ["apps", _, "gates.yaml" or "route.yaml"])
            .Select(parts => parts[1]).Distinct().Order(StringComparer.Ordinal)];
        if (models.Count == 0)
        {
            chart.Missing(RollbackStage.Commit, Concern.Breaks, "apps/MODEL/", 0, "no model is here, so there is nothing to roll back", "the folder that Flux reconciles: --gitops FOLDER");
        }
        else if (!texts.ContainsKey(Slots.QuarantinePath))
        {
            chart.Missing(RollbackStage.Commit, Concern.Breaks, Slots.QuarantinePath, 0, "the revert writes the bad digest there and is refused without it", "the template's quarantine.yaml");
        }
        foreach (string model in models)
        {
            Manifests(model, texts, chart);
            Policy(model, texts, chart);
        }
    }

    private static void Manifests(string model, IReadOnlyDictionary<string, string> texts, Chart chart)
    {
        try
        {
            string policy = Slots.PolicyPath(model);
            IManifestDialect dialect = ManifestDialects.Read(policy, texts.GetValueOrDefault(policy));
            dialect.ReadRoute(new RouteFile(model, Slots.RoutePath(model), Text(texts, Slots.RoutePath(model))));
            foreach (string slot in (string[])[Slots.Blue, Slots.Green])
            {
                dialect.ReadSlot(new SlotFile(model, slot, Slots.SlotPath(model, slot), Text(texts, Slots.SlotPath(model, slot))));
            }
        }
        catch (ManifestException error)
        {
            chart.Add(new Finding(RollbackStage.Commit, Concern.Breaks, $"apps/{model}", 0, "(manifests)", "cannot be edited", 0,
                PlainText.OneLine(error.Message), "docs/dialects.md says what each file must hold"));
        }
    }

    private static string Text(IReadOnlyDictionary<string, string> texts, string path) =>
        texts.GetValueOrDefault(path) ?? throw new ManifestException(path, "is missing");

    private static void Policy(string model, IReadOnlyDictionary<string, string> texts, Chart chart)
    {
        string path = Slots.PolicyPath(model);
        ModelPolicy policy;
        try
        {
            policy = ModelPolicy.Read(path, texts.GetValueOrDefault(path));
        }
        catch (ManifestException error)
        {
            chart.Add(new Finding(RollbackStage.Decide, Concern.Slows, path, 0, "(policy)", "cannot be read", 0,
                $"nothing is released and what was rolled back is not settled: {PlainText.OneLine(error.Message)}", "mend the file"));
            return;
        }
        double needed = chart.WorstOf(RollbackStage.Detect, RollbackStage.Group, RollbackStage.Hook);
        if (policy.Guard.TotalSeconds < needed)
        {
            chart.Add(new Finding(RollbackStage.Decide, Concern.Breaks, path, Line(texts[path], "guard"), "guard", DurationText.Of(policy.Guard), 0,
                $"the window closes before an alert can come, which takes up to {SpanText.Of(needed)}", "guard: 30m"));
        }
        if (policy.Cooldown.TotalSeconds > CooldownLimit)
        {
            chart.Add(new Finding(RollbackStage.Decide, Concern.Slows, path, Line(texts[path], "cooldown"), "cooldown", DurationText.Of(policy.Cooldown),
                policy.Cooldown.TotalSeconds, "after one rollback a second bad release is left to people that long", "cooldown: 5m"));
        }
    }

    private static int Line(string text, string key) =>
        (int?)YamlText.Optional(new YamlText("", text).Root(), key)?.Start.Line ?? 0;
}
