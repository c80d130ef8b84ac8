using LlmOps.Inbox;
using LlmOps.Ports;
using LlmOps.Rollbacks;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Inbox;

/// <summary>Alerts of Azure's managed Prometheus, in the common schema as Azure Monitor's documentation shows it.</summary>
public sealed class AzureAlertTests
{
    private const string Fired = """
        {
          "schemaId": "azureMonitorCommonAlertSchema",
          "data": {
            "essentials": {
              "alertId": "/subscriptions/1/providers/Microsoft.AlertsManagement/alerts/2e0b05ad-6367-db4d-efed-f1cd039d5592",
              "alertRule": "llmops-rollback/LlmErrorRateHigh",
              "severity": "Sev1",
              "signalType": "Metric",
              "monitorCondition": "Fired",
              "monitoringService": "Prometheus",
              "alertTargetIDs": ["/subscriptions/1/resourcegroups/mon/providers/microsoft.monitor/accounts/prom"],
              "configurationItems": ["aks"],
              "originAlertId": "3b72be0b-4bcb-3713-ee7c-67e71b100dab",
              "firedDateTime": "2026-08-22T10:00:00.3929824Z",
              "description": "errors",
              "essentialsVersion": "1.0",
              "alertContextVersion": "1.0"
            },
            "alertContext": {
              "interval": "PT1M",
              "expression": "llmops_errors > 0.2",
              "expressionValue": "0.5",
              "for": "PT0M",
              "labels": { "alertname": "LlmErrorRateHigh", "model": "tiny-ops", "slot": "green", "version": "1.1.0", "cluster": "aks" },
              "annotations": { "summary": "half of the requests fail" },
              "ruleGroup": "/subscriptions/1/resourceGroups/mon/providers/Microsoft.AlertsManagement/prometheusRuleGroups/llmops-rollback"
            },
            "customProperties": null
          }
        }
        """;

    private static readonly string Resolved = Fired.Replace("\"Fired\"", "\"Resolved\"", StringComparison.Ordinal)
        .Replace("\"description\"", "\"resolvedDateTime\": \"2026-08-22T10:05:00Z\", \"description\"", StringComparison.Ordinal);

    [Fact]
    public void An_alert_becomes_one_of_Alertmanager()
    {
        Alert alert = Assert.Single(Read(Fired)!.Alerts);
        Assert.True(alert.IsFiring);
        Assert.Equal(("LlmErrorRateHigh", "tiny-ops", "1.1.0", "green"), (alert.Name, alert.Model, alert.Version, alert.Slot));
        Assert.Equal("half of the requests fail", alert.Summary);
        Assert.Equal(new DateTimeOffset(2026, 8, 22, 10, 0, 0, TimeSpan.Zero).AddTicks(3929824), alert.StartsAt);
        Assert.Matches("^[0-9a-f]{16}$", alert.Fingerprint);
    }

    [Fact]
    public void Its_end_has_the_same_key()
    {
        Alert ended = Assert.Single(Read(Resolved)!.Alerts);
        Assert.False(ended.IsFiring);
        Assert.Equal(Read(Fired)!.Alerts[0].Key, ended.Key);
        Assert.Equal(new DateTimeOffset(2026, 8, 22, 10, 5, 0, TimeSpan.Zero), ended.EndsAt);
    }

    [Fact]
    public void Another_label_is_another_alert() =>
        Assert.NotEqual(Read(Fired)!.Alerts[0].Key, Read(Fired.Replace("\"green\"", "\"blue\"", StringComparison.Ordinal))!.Alerts[0].Key);

    [Fact]
    public void A_rule_without_a_label_for_its_name_is_named_behind_its_group() =>
        Assert.Equal("LlmErrorRateHigh", Read(Fired.Replace("\"alertname\": \"LlmErrorRateHigh\", ", "", StringComparison.Ordinal))!.Alerts[0].Name);

    [Fact]
    public void An_alert_of_another_service_is_nothing_to_do() => Assert.Null(Read(Fired.Replace("\"Prometheus\"", "\"Platform\"", StringComparison.Ordinal)));

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("not json")]
    [InlineData("""{ "version": "4", "alerts": [] }""")]
    [InlineData("""{ "schemaId": "azureMonitorCommonAlertSchema", "data": {} }""")]
    public void What_is_not_in_the_common_schema_is_refused(string body) => Assert.Throws<InvalidDataException>(() => Read(body));

    [Fact]
    public void A_condition_that_is_not_known_is_refused() =>
        Assert.Throws<InvalidDataException>(() => Read(Fired.Replace("\"Fired\"", "\"Paused\"", StringComparison.Ordinal)));

    [Fact]
    public async Task It_is_stored_as_a_message_that_Alertmanager_could_have_sent()
    {
        using LoopFixture loop = new();
        Receipt receipt = await loop.Get<ReceiveAzureAlert>().Handle(System.Text.Encoding.UTF8.GetBytes(Fired), default);
        Assert.Equal(202, receipt.Status);
        string name = Assert.Single(await Names(loop.Get<IBlobs>()));
        (byte[] stored, _) = (await loop.Get<IBlobs>().ReadBytes(Containers.State, name, default))!.Value;
        Assert.Equal(Read(Fired)!.Alerts[0].Key, AlertmanagerMessage.Parse(stored).Alerts.Single().Key);
        Assert.Equal(400, (await loop.Get<ReceiveAzureAlert>().Handle("{}"u8.ToArray(), default)).Status);
    }

    private static AlertmanagerMessage? Read(string body) => TranslateAzureAlert.Read(System.Text.Encoding.UTF8.GetBytes(body));

    private static async Task<IReadOnlyList<string>> Names(IBlobs blobs)
    {
        List<string> names = [];
        await foreach (BlobItem item in blobs.List(Containers.State, "inbox/alerts/", default)) names.Add(item.Name);
        return names;
    }
}
