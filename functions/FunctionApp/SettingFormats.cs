using Microsoft.Extensions.Configuration;
using NCrontab;

namespace LlmOps.FunctionApp;

/// <summary>Whether the host's own settings can be read as what they are: without this the first event, or the first tick, would tell.</summary>
internal static class SettingFormats
{
    private static readonly CrontabSchedule.ParseOptions SixFields = new() { IncludingSeconds = true };

    public static IEnumerable<(string Setting, string Problem)> Problems(IConfiguration configuration)
    {
        foreach (string name in (string[])["ModelStorage:blobServiceUri", "ModelStorage:queueServiceUri"])
        {
            if (configuration[name] is { } uri && !IsAddress(uri))
            {
                yield return (name, $"{name} is no address such as https://ACCOUNT.blob.core.windows.net");
            }
        }
        const string Bus = "ServiceBus:fullyQualifiedNamespace";
        if (configuration[Bus] is { } host && Uri.CheckHostName(host) != UriHostNameType.Dns)
        {
            yield return (Bus, $"{Bus} is no host's name such as NAMESPACE.servicebus.windows.net");
        }
        foreach (string name in (string[])["AdvanceSchedule", "CapacitySchedule", "SweepSchedule"])
        {
            if (configuration[name] is { } schedule && CrontabSchedule.TryParse(schedule, SixFields) is null)
            {
                yield return (name, $"{name} is no cron expression of six fields, seconds first");
            }
        }
    }

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && (uri.Scheme is "https" or "http") && uri.Host.Length > 0;
}
