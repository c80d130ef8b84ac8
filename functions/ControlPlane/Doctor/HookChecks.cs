namespace LlmOps.Doctor;

/// <summary>The receiver that posts to our hook: what it shows, and what it leaves out.</summary>
internal static class HookChecks
{
    /// <summary>Where Alertmanager posts; the template's placeholder stands for it.</summary>
    private const string Hook = "/hooks/alertmanager";
    private const string Placeholder = "${ALERT_HOOK_URL}";

    /// <summary>The names of the receivers that post to our hook; what is wrong with them goes on the chart.</summary>
    public static IEnumerable<string> Ours(Place configuration, Chart chart)
    {
        foreach (Place receiver in configuration.At("receivers").Items)
        {
            string name = receiver.At("name").Text ?? "";
            List<Place> hooks = [.. receiver.At("webhook_configs").Items.Where(hook => IsOurs(hook, name))];
            foreach (Place hook in hooks)
            {
                Credentials(hook, configuration.At("global", "http_config"), chart);
                Content(hook, chart);
            }
            if (hooks.Count > 0)
            {
                yield return name;
            }
        }
    }

    private static bool IsOurs(Place hook, string receiver) => hook.At("url").Text is { } url
        ? url == Placeholder || url.Split('?')[0].TrimEnd('/').EndsWith(Hook, StringComparison.Ordinal)
        : hook.At("url_file").Exists && receiver.Contains("llmops", StringComparison.OrdinalIgnoreCase);

    // Alertmanager drops what is answered 4xx, so a missing credential loses the alert for good.
    private static void Credentials(Place hook, Place global, Chart chart)
    {
        Place http = hook.At("http_config").Exists ? hook.At("http_config") : global;
        Place authorization = http.At("authorization");
        bool bearer = authorization.At("type").Text is not { } type || type.Equals("Bearer", StringComparison.OrdinalIgnoreCase);
        Place inline = authorization.At("credentials").Exists ? authorization.At("credentials") : http.At("bearer_token");
        bool shown = (bearer && (inline.Exists || authorization.At("credentials_file").Exists)) || http.At("bearer_token").Exists || http.At("bearer_token_file").Exists;
        if (!shown)
        {
            chart.Add(RollbackStage.Hook, Concern.Breaks, http.Exists ? http : hook, "http_config.authorization", 0,
                "the hook answers 401 without its bearer token, and Alertmanager drops what is answered 4xx",
                "authorization: { type: Bearer, credentials_file: … }", "no bearer token");
        }
        else if (inline.Exists)
        {
            chart.Add(RollbackStage.Hook, Concern.Notes, inline, "credentials", 0, "a secret stands in Git", "credentials_file", "(hidden)");
        }
    }

    private static void Content(Place hook, Chart chart)
    {
        if (hook.At("payload").Exists)
        {
            chart.Add(RollbackStage.Hook, Concern.Breaks, hook.At("payload"), "payload", 0, "the hook reads Alertmanager's own message, version 4", "leave it out");
        }
        if (hook.At("max_alerts").Text is { } most && most != "0")
        {
            chart.Add(RollbackStage.Hook, Concern.Slows, hook.At("max_alerts"), "max_alerts", 0,
                "what is above it is cut off, and the one that counts may be; it then comes with another group or not at all", "max_alerts: 0, which is the default");
        }
        if (hook.At("send_resolved").Text == "false")
        {
            chart.Add(RollbackStage.Hook, Concern.Notes, hook.At("send_resolved"), "send_resolved", 0, "incidents are not closed, and the time to restore is not known", "send_resolved: true, which is the default");
        }
    }
}
