using LlmOps.Doctor;
using LlmOps.LocalHost.Cli;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Doctor;

/// <summary>The shipped template is what is right; each test makes one thing wrong in it.</summary>
public sealed class ExamineSetupTests
{
    private const string Alertmanager = "monitoring/alertmanager.yaml";
    private const string Prometheus = "monitoring/prometheus.yaml";
    private const string Rules = "monitoring/rules.yaml";
    private const string Flux = "clusters/production/flux.yaml";
    private const string Blue = "apps/tiny-ops/blue.yaml";
    private const string Gates = "apps/tiny-ops/gates.yaml";

    private static readonly IReadOnlyList<SetupText> Shipped = [.. ReadSetupFiles.OfFolder(Repository.At("inference/deploy"))];

    // Its links filled in, as installing it does.
    private static readonly IReadOnlyList<SetupText> Whole = [.. Shipped.Select(text => text with { Text = text.Text.Replace("/OWNER/LlmOpsFunctions/", "/shop/LlmOpsFunctions/", StringComparison.Ordinal) })];

    // Its least part that can roll back: one cluster, one machine's monitoring.
    private static readonly IReadOnlyList<SetupText> Template = [.. Whole.Where(text =>
        text.Path is Flux or "production/kustomization.yaml" || text.Path.Split('/') is ["apps", ..] or ["monitoring", _] or ["quarantine.yaml"])];

    [Fact]
    public void The_template_has_no_finding()
    {
        Diagnosis diagnosis = ExamineSetup.Of(Template);
        Assert.Empty(diagnosis.Findings.Select(finding => $"{finding.File}:{finding.Line} {finding.Setting} {finding.Value}: {finding.Why}"));
        Assert.Equal(Enum.GetValues<RollbackStage>(), diagnosis.Stages.Select(stage => stage.Stage));
    }

    [Fact]
    public void The_template_as_a_whole_has_no_finding_either() =>
        Assert.Empty(ExamineSetup.Of(Whole).Findings.Select(finding => $"{finding.File}:{finding.Line} {finding.Setting} {finding.Value}: {finding.Why}"));

    [Fact]
    public void Links_of_alerts_that_nobody_has_filled_in_are_one_note()
    {
        Finding note = Assert.Single(ExamineSetup.Of(Shipped).Findings);
        Assert.Equal(("runbook_url", Concern.Notes), (note.Setting, note.Concern));
        Assert.Matches(@"^of \d\d alerts", note.Why);
    }

    [Theory]
    [InlineData("clusters/production/flux.yaml", "wait: false", "wait: true", "Kustomization.spec.wait")]
    [InlineData("clusters/production/flux.yaml", "retryInterval: 30s", "dependsOn: [{ name: llmops-platform }]", "Kustomization.spec.dependsOn")]
    [InlineData("monitoring/kubernetes/alertmanager.yaml", "group_wait: 0s", "group_wait: 30s", "group_wait")]
    [InlineData("monitoring/kubernetes/rules-rollback.yaml", "for: 10s", "for: 5m", "for")]
    public void A_slow_setting_of_a_cluster_is_named(string file, string old, string now, string setting)
    {
        Assert.Contains(old, Whole.Single(text => text.Path == file).Text, StringComparison.Ordinal);
        List<SetupText> slow = [.. Whole.Select(text => text.Path == file ? text with { Text = text.Text.Replace(old, now, StringComparison.Ordinal) } : text)];
        Assert.Contains(ExamineSetup.Of(slow).Findings, finding => finding.Setting == setting && finding.File == file && finding.Concern == Concern.Slows);
    }

    // What holds no route is on no rollback's way, however long it waits.
    [Fact]
    public void A_Kustomization_that_leads_to_no_route_may_wait()
    {
        SetupText other = new("clusters/production/other.yaml", "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: { path: ./secrets, interval: 1h, wait: true, dependsOn: [{ name: x }] }");
        Assert.Empty(ExamineSetup.Of([.. Template, other]).Findings);
        SetupText same = other with { Text = other.Text.Replace("./secrets", "./production", StringComparison.Ordinal) };
        Assert.Contains(ExamineSetup.Of([.. Template, same]).Findings, finding => finding.Setting == "Kustomization.spec.wait");
    }

    // The route to the control plane leaves out what is for people.
    [Fact]
    public void An_alert_for_people_may_take_its_time()
    {
        const string rule = "groups: [{ name: a, rules: [{ alert: Slow, expr: 'model > 1', for: 1h, labels: { rollback: \"false\" } }] }]";
        Assert.Empty(ExamineSetup.Of([.. Template, new SetupText("monitoring/people.yaml", rule)]).Findings);
        Assert.NotEmpty(ExamineSetup.Of([.. Template, new SetupText("monitoring/people.yaml", rule.Replace("rollback", "other", StringComparison.Ordinal))]).Findings);
    }

    [Fact]
    public void The_total_is_the_sum_of_the_stages()
    {
        Diagnosis diagnosis = ExamineSetup.Of(Template, probeSeconds: 2);
        // Scrape 1 s, evaluation 1 s, `for` 10 s and a range of 30 s: the rule on latency is the slowest.
        Assert.Equal((0, 42), Seconds(diagnosis, RollbackStage.Detect));
        Assert.Equal((0, 0), Seconds(diagnosis, RollbackStage.Group));
        Assert.Equal((0, 2), Seconds(diagnosis, RollbackStage.Decide));
        Assert.Equal((1, 60), Seconds(diagnosis, RollbackStage.Fetch));
        Assert.Equal(2, diagnosis.BestSeconds);
        Assert.Equal(42 + 0 + 1 + 2 + 3 + 60 + 5 + 1, diagnosis.WorstSeconds);
    }

    [Theory]
    [InlineData(Alertmanager, "group_wait: 0s", "group_wait: 30s", "group_wait", 30)]
    [InlineData(Alertmanager, "  group_wait: 0s ", "  #", "group_wait", 30)]
    [InlineData(Alertmanager, "group_interval: 10s", "group_interval: 5m", "group_interval", 300)]
    [InlineData(Alertmanager, "group_interval: 10s", "group_interval: 1s", "group_interval", 3600)]
    [InlineData(Alertmanager, "repeat_interval: 1h", "repeat_interval: 12h", "repeat_interval", 43200)]
    [InlineData(Alertmanager, "[alertname, model, slot, version]", "[alertname]", "group_by", 10)]
    [InlineData(Alertmanager, "send_resolved: true", "max_alerts: 5", "max_alerts", 0)]
    [InlineData(Prometheus, "scrape_interval: 1s", "scrape_interval: 1m", "scrape_interval", 60)]
    [InlineData(Prometheus, "  scrape_interval: 1s", "  #", "scrape_interval", 60)]
    [InlineData(Prometheus, "evaluation_interval: 1s", "evaluation_interval: 30s", "evaluation_interval", 30)]
    [InlineData(Prometheus, "- job_name: gateway", "- job_name: gateway\n    scrape_interval: 20s", "scrape_interval", 20)]
    [InlineData(Rules, "interval: 1s", "interval: 1m", "interval", 60)]
    [InlineData(Rules, "for: 10s", "for: 5m", "for", 300)]
    [InlineData(Rules, "[30s]", "[5m]", "expr", 300)]
    [InlineData(Flux, "interval: 1m ", "interval: 10m ", "GitRepository.spec.interval", 600)]
    [InlineData(Flux, "type: generic-hmac\n  secretRef: { name: llmops-receiver-token }", "type: acr", "Receiver", 60)]
    [InlineData(Flux, "type: generic-hmac\n  secretRef: { name: llmops-receiver-token }", "suspend: true\n  type: generic-hmac", "Receiver.spec.suspend", 0)]
    [InlineData(Flux, "retryInterval: 30s", "force: false", "Kustomization.spec.retryInterval", 600)]
    [InlineData(Flux, "wait: false", "wait: true", "Kustomization.spec.wait", 60)]
    [InlineData(Flux, "  timeout: 1m\n  wait: false", "  healthChecks: [{ kind: Deployment, name: x, namespace: y }]\n  #", "Kustomization.spec.healthChecks", 570)]
    [InlineData(Flux, "prune: true", "dependsOn: [{ name: other }]", "Kustomization.spec.dependsOn", 0)]
    [InlineData(Blue, "readinessProbe:", "startupProbe:", "readinessProbe", 0)]
    [InlineData(Blue, "periodSeconds: 1\n            timeoutSeconds: 1\n            failureThreshold: 2", "timeoutSeconds: 1", "readinessProbe", 30)]
    [InlineData(Blue, "sleep: { seconds: 1 }", "sleep: { seconds: 150 }", "preStop.sleep.seconds", 150)]
    [InlineData(Gates, "cooldown: 5m", "cooldown: 2h", "cooldown", 7200)]
    [InlineData("apps/tiny-ops/route.yaml", "request: 30s", "backendRequest: 30s", "timeouts.request", 0)]
    public void A_slow_setting_is_named_with_its_cost(string file, string old, string now, string setting, double seconds)
    {
        Finding finding = Only(ExamineSetup.Of(With(file, old, now)), setting);
        Assert.Equal((Concern.Slows, seconds), (finding.Concern, finding.Seconds));
        Assert.True(finding.Line > 0 && finding.File == file, $"{finding.File}:{finding.Line}");
    }

    [Theory]
    [InlineData(Alertmanager, "- url: ${ALERT_HOOK_URL}", "- url: https://chat.example/hook", "receivers[].webhook_configs[].url")]
    [InlineData(Alertmanager, "  receiver: llmops", "  receiver: pager", "route.receiver")]
    [InlineData(Alertmanager, "  group_wait: 0s", "  routes: [{ receiver: pager }]\n  group_wait: 0s", "routes[].matchers")]
    [InlineData(Alertmanager, "  group_wait: 0s", "  mute_time_intervals: [nights]\n  group_wait: 0s", "mute_time_intervals")]
    [InlineData(Alertmanager, "type: Bearer", "type: Basic", "http_config.authorization")]
    [InlineData(Alertmanager, "authorization:\n            type: Bearer\n            credentials_file: ${TOKEN_FILE}", "basic_auth: { username: a }", "http_config.authorization")]
    [InlineData(Alertmanager, "send_resolved: true", "payload: { text: hello }", "payload")]
    [InlineData(Alertmanager, "group_wait: 0s", "group_wait: soon", "group_wait")]
    [InlineData(Flux, "interval: 1m ", "suspend: true\n  interval: 1m ", "GitRepository.spec.suspend")]
    [InlineData(Flux, "interval: 1m ", "#", "GitRepository.spec.interval")]
    [InlineData(Flux, "prune: true", "suspend: true", "Kustomization.spec.suspend")]
    [InlineData(Gates, "guard: 30m", "guard: 20s", "guard")]
    [InlineData("apps/tiny-ops/route.yaml", "weight: 0", "wait: 0", "(manifests)")]
    [InlineData(Rules, "model", "kind", "groups[].rules[].alert")]
    public void A_setting_that_breaks_the_rollback_is_named(string file, string old, string now, string setting) =>
        Assert.Equal(Concern.Breaks, Only(ExamineSetup.Of(With(file, old, now)), setting).Concern);

    [Theory]
    [InlineData(Alertmanager, "send_resolved: true", "send_resolved: false", "send_resolved")]
    [InlineData(Alertmanager, "credentials_file: ${TOKEN_FILE}", "credentials: hunter2-hunter2", "credentials")]
    [InlineData(Flux, "type: generic-hmac\n  address", "type: generic\n  address", "Provider.spec.type")]
    [InlineData(Flux, "eventSeverity: info", "eventSeverity: error", "Alert.spec")]
    [InlineData(Flux, "providerRef: { name: llmops }", "providerRef: { name: slack }", "Provider and Alert")]
    public void What_harms_something_else_is_a_note(string file, string old, string now, string setting)
    {
        Finding finding = Only(ExamineSetup.Of(With(file, old, now)), setting);
        Assert.Equal(Concern.Notes, finding.Concern);
        Assert.DoesNotContain("hunter2", finding.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Flux, "GitRepository", Concern.Slows)]
    [InlineData(Prometheus, "prometheus.yaml", Concern.Slows)]
    [InlineData(Rules, "groups[].rules[].alert", Concern.Breaks)]
    [InlineData(Alertmanager, "receivers[].webhook_configs[].url", Concern.Breaks)]
    [InlineData("quarantine.yaml", "quarantine.yaml", Concern.Breaks)]
    [InlineData("apps/tiny-ops/green.yaml", "(manifests)", Concern.Breaks)]
    public void A_file_that_is_not_there_is_a_finding(string file, string setting, Concern concern) =>
        Assert.Contains(ExamineSetup.Of([.. Template.Where(text => text.Path != file)]).Findings, finding => finding.Setting == setting && finding.Concern == concern);

    [Theory]
    [InlineData("apps: [")]
    [InlineData("a: 1\na: 2")]
    [InlineData("\t\"")]
    [InlineData("key: *nobody")]
    public void Malformed_YAML_is_a_finding_and_not_a_crash(string text)
    {
        Finding finding = Assert.Single(ExamineSetup.Of([.. Template, new SetupText("apps/other.yaml", text)]).Findings);
        Assert.Equal(("apps/other.yaml", Concern.Breaks), (finding.File, finding.Concern));
    }

    [Theory]
    [InlineData("")]
    [InlineData("- route: 1")]
    [InlineData("route: [1]\nreceivers: { a: b }")]
    [InlineData("groups: x")]
    [InlineData("scrape_configs: [1, { scrape_interval: [] }]\nglobal: 4")]
    [InlineData("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: none")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\ndata: { alertmanager.yaml: 'route: [' }")]
    public void Nothing_that_a_file_holds_is_a_crash(string text) => Assert.NotNull(ExamineSetup.Of([new SetupText("a.yaml", text)]));

    [Fact]
    public void A_configuration_in_a_config_map_is_read_at_its_lines()
    {
        string inner = string.Join('\n', Template.Single(text => text.Path == Alertmanager).Text.Replace("group_wait: 0s", "group_wait: 1m", StringComparison.Ordinal)
            .Split('\n').Select(line => "    " + line));
        List<SetupText> texts = [.. Template.Where(text => text.Path != Alertmanager),
            new SetupText("monitoring/map.yaml", $"apiVersion: v1\nkind: ConfigMap\ndata:\n  alertmanager.yaml: |\n{inner}\n")];
        Finding finding = Only(ExamineSetup.Of(texts), "group_wait");
        Assert.Contains("group_wait", texts[^1].Text.Split('\n')[finding.Line - 1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_feature_gate_that_cancels_health_checks_takes_their_cost_away()
    {
        IReadOnlyList<SetupText> waiting = With(Flux, "wait: false", "wait: true");
        SetupText patch = new("clusters/production/patch.yaml", "args: [--feature-gates=CancelHealthCheckOnNewRevision=true]");
        Assert.Equal(65, Seconds(ExamineSetup.Of(waiting), RollbackStage.Apply).Worst);
        Assert.Empty(ExamineSetup.Of([.. waiting, patch]).Findings);
    }

    private static Finding Only(Diagnosis diagnosis, string setting) => Assert.Single(diagnosis.Findings.DistinctBy(finding => (finding.Setting, finding.Line, finding.File)), finding => finding.Setting == setting);

    private static (double Best, double Worst) Seconds(Diagnosis diagnosis, RollbackStage stage)
    {
        StageTime time = diagnosis.Stages.Single(known => known.Stage == stage);
        return (time.BestSeconds, time.WorstSeconds);
    }

    private static IReadOnlyList<SetupText> With(string file, string old, string now)
    {
        Assert.Contains(old, Template.Single(text => text.Path == file).Text, StringComparison.Ordinal);
        return [.. Template.Select(text => text.Path == file ? text with { Text = text.Text.Replace(old, now, StringComparison.Ordinal) } : text)];
    }
}
