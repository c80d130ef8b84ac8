using LlmOps.LocalHost.Monitoring;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.LocalHost.Monitoring;

public sealed class MonitoringFilesTests
{
    private static readonly MonitoringSettings Settings = new(
        Directory.CreateTempSubdirectory("llmops-monitoring-").FullName, new("http://127.0.0.1:1/"), new("http://127.0.0.1:2/hooks/alertmanager"), "s3cr3t-token");

    [Fact]
    public void The_token_is_in_one_file_for_its_owner_only()
    {
        new MonitoringFiles(Settings.Folder).Write(Settings, new Uri("http://127.0.0.1:3"));
        string[] holders = [.. Directory.EnumerateFiles(Settings.Folder).Where(file => File.ReadAllText(file).Contains(Settings.Token))];
        Assert.Equal("alert-hook.token", Path.GetFileName(Assert.Single(holders)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(holders[0]).UnixFileMode);
        Assert.DoesNotContain(Settings.Token, Settings.ToString());
    }

    [RequiresFact(Tool.Promtool)]
    public async Task The_filled_configuration_is_valid()
    {
        MonitoringFiles files = new(Settings.Folder);
        files.Write(Settings, new Uri("http://127.0.0.1:3"));
        await Promtool.Check("", "check", "config", files.Prometheus);
    }

    [Fact]
    public void A_placeholder_without_a_value_is_an_error() =>
        Assert.Throws<KeyNotFoundException>(() => MonitoringFiles.Fill("url: ${UNKNOWN}", new Dictionary<string, string>()));
}
