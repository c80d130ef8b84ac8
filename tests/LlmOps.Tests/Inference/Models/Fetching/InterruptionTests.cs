using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Fetching;
using LlmOps.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace LlmOps.Tests.Inference.Models.Fetching;

/// <summary>Origins that break, change, lie, or are busy.</summary>
public sealed class InterruptionTests : FetchingTest
{
    private const int Size = 10_500;

    private static (string, byte[])[] Files => [("model.onnx", VersionOrigin.Bytes(Size))];

    [Fact]
    public async Task What_came_before_an_interruption_is_not_fetched_again()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        await FetchSixParts(origin);
        Assert.Equal(6_000, origin.Sent);
        Same(origin, await Fetch(origin));
        Assert.Equal(Size, origin.Sent);
        Assert.Contains("model.onnx: 6000 of 10500 bytes are here from before", Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_was_cut_in_the_middle_of_a_line_is_read_up_to_there()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        await FetchSixParts(origin);
        string log = Directory.GetFiles(Cache, "*.log", SearchOption.AllDirectories).Single();
        File.WriteAllText(log, File.ReadAllText(log).TrimEnd('\n'));
        Same(origin, await Fetch(origin));
        Assert.Equal(Size + 1_000, origin.Sent);
    }

    [Fact]
    public async Task What_was_damaged_meanwhile_is_fetched_anew()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        await FetchSixParts(origin);
        using (FileStream bytes = File.OpenWrite(Directory.GetFiles(Cache, "*.bytes", SearchOption.AllDirectories).Single())) bytes.Write([1, 2, 3]);
        Same(origin, await Fetch(origin));
        Assert.Contains("what was here from before is damaged", Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_damaged_while_it_waited_for_the_others_is_fetched_anew()
    {
        await using VersionOrigin origin = await VersionOrigin.Start([.. Files, ("config.json", VersionOrigin.Bytes(10))]);
        origin.Fault = async (http, _) =>
        {
            if (!http.Request.Path.Value!.EndsWith("model.onnx", StringComparison.Ordinal)) return false;
            await VersionOrigin.NoAnswer(http);
            return true;
        };
        using CancellationTokenSource stop = new();
        Task<string> fetching = Fetch(origin, cancellation: stop.Token);
        string waits = Path.Combine(Cache, origin.Digest + ".part", "files", "config.json");
        await Eventually.True(() => File.Exists(waits));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);

        File.WriteAllBytes(waits, new byte[10]);
        origin.Fault = (_, _) => Task.FromResult(false);
        Same(origin, await Fetch(origin));
        Assert.Contains("the cache is damaged: config.json", Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_told_to_stop_while_a_connection_breaks_has_given_up_nothing()
    {
        using CancellationTokenSource stop = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Retrying(Options, Clock).Run<int>(
            async _ =>
            {
                await stop.CancelAsync();
                throw new HttpRequestException("torn down");
            },
            stop.Token));
    }

    [Fact]
    public async Task A_file_that_changed_between_two_runs_is_begun_anew()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        await FetchSixParts(origin);
        origin.ETag = "\"two\"";
        Same(origin, await Fetch(origin));
        Assert.Contains("changed at", Log.Text, StringComparison.Ordinal);
        Assert.True(origin.Sent >= 6_000 + Size);
    }

    [Fact]
    public async Task A_file_that_changes_all_the_time_is_refused()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        origin.Fault = (_, number) =>
        {
            origin.ETag = $"W/\"{number}\"";
            return Task.FromResult(false);
        };
        Assert.Contains("again and again", await Refusal(origin), StringComparison.Ordinal);
        AssertNothingServable();
    }

    [Fact]
    public async Task A_part_that_ends_too_early_goes_on_where_it_ended()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        origin.Fault = async (http, number) =>
        {
            if (number != 1) return false;
            http.Response.StatusCode = 206;
            (http.Response.Headers.ETag, http.Response.Headers.ContentRange) = (origin.ETag, $"bytes 0-999/{Size}");
            await http.Response.Body.WriteAsync(origin.Files["model.onnx"].AsMemory(0, 400));
            return true;
        };
        Same(origin, await Fetch(origin));
        Assert.Contains("model.onnx bytes=400-999", origin.Asked);
        Assert.Equal(Size - 400, origin.Sent);
    }

    [Fact]
    public async Task A_broken_connection_is_tried_again()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        origin.Fault = async (http, number) =>
        {
            if (number % 2 == 0) return false;
            int[] ends = [.. http.Request.Headers.Range.ToString()["bytes=".Length..].Split('-').Select(int.Parse)];
            (http.Response.StatusCode, http.Response.ContentLength) = (206, ends[1] - ends[0] + 1);
            (http.Response.Headers.ETag, http.Response.Headers.ContentRange) = (origin.ETag, $"bytes {ends[0]}-{ends[1]}/{Size}");
            await http.Response.Body.WriteAsync(origin.Files["model.onnx"].AsMemory(ends[0], 1));
            await http.Response.Body.FlushAsync();
            http.Abort();
            return true;
        };
        Options = Options with { Connections = 1, Tries = 8 };
        Same(origin, await Fetch(origin));
    }

    [Fact]
    public async Task An_origin_without_ranges_sends_whole_files_and_the_log_says_so()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        origin.ServesRanges = false;
        Same(origin, await Fetch(origin));
        Assert.Equal(Size, origin.Sent);
        Assert.Contains("serves no ranges", Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, Size + 1, null, "says 10,501 bytes")]
    [InlineData(206, 1_000, "bytes 0-999/10501", "says 10,501 bytes")]
    [InlineData(206, 1_000, "bytes 5-1004/10500", "was asked for the bytes 0 to 999")]
    [InlineData(206, null, "bytes 0-999/10500", "sends more bytes")]
    [InlineData(416, 0, null, "smaller than")]
    public async Task An_origin_that_lies_about_sizes_is_refused(int status, int? length, string? range, string told)
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        origin.Fault = async (http, _) =>
        {
            (http.Response.StatusCode, http.Response.ContentLength) = (status, length);
            if (range is not null) http.Response.Headers.ContentRange = range;
            await http.Response.Body.WriteAsync(new byte[length ?? 2_000]);
            return true;
        };
        Assert.Contains(told, await Refusal(origin), StringComparison.Ordinal);
        AssertNothingServable();
    }

    [Fact]
    public async Task A_redirection_from_http_is_not_followed()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        origin.Files["elsewhere"] = origin.Files["model.onnx"];
        origin.Fault = (http, _) =>
        {
            bool redirected = http.Request.Path.Value!.EndsWith("model.onnx", StringComparison.Ordinal);
            if (redirected) http.Response.Redirect("/models/tiny/1.0.0/elsewhere");
            return Task.FromResult(redirected);
        };
        Assert.Contains("redirections are only followed from https", await Refusal(origin), StringComparison.Ordinal);
        Assert.DoesNotContain(origin.Asked, asked => asked.StartsWith("elsewhere", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_busy_origin_is_asked_again(int status)
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        origin.Fault = (http, number) => Status(http, status, number <= 2);
        Same(origin, await Fetch(origin));
    }

    [Fact]
    public async Task An_origin_that_stays_busy_is_given_up()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        origin.Fault = (http, _) => Status(http, 503, true);
        Assert.EndsWith("answers 503; given up after 3 tries", await Refusal(origin), StringComparison.Ordinal);
        Assert.Equal(4, origin.Asked.Count);
    }

    [Fact]
    public async Task An_origin_that_falls_silent_is_asked_again()
    {
        ManualClock clock = new();
        Clock = clock;
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        origin.Fault = async (http, number) =>
        {
            if (number != 1) return false;
            clock.Advance(Options.Silence);
            await VersionOrigin.NoAnswer(http);
            return true;
        };
        Same(origin, await Fetch(origin));
    }

    [Fact]
    public async Task The_pause_that_is_asked_for_is_kept()
    {
        ManualClock clock = new();
        Retrying retrying = new(Options, clock);
        int tries = 0;
        Task<int> run = retrying.Run(_ => ++tries == 1 ? throw new TransientFetchException("busy", TimeSpan.FromSeconds(7)) : Task.FromResult(tries), default);
        await Eventually.True(() => clock.Waiting == 1);
        clock.Advance(TimeSpan.FromSeconds(6.9));
        Assert.Equal(1, tries);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(2, await run);
        Assert.Equal(TimeSpan.FromSeconds(3), Retrying.Asked(new(clock.Now.AddSeconds(3)), clock.Now));
        Assert.Equal(TimeSpan.Zero, Retrying.Asked(new(clock.Now.AddSeconds(-3)), clock.Now));
    }

    private static Task<bool> Status(HttpContext http, int status, bool now)
    {
        if (now) http.Response.StatusCode = status;
        return Task.FromResult(now);
    }

    // The seventh request is held until the process that fetches is told to stop.
    private async Task FetchSixParts(VersionOrigin origin)
    {
        using CancellationTokenSource stop = new();
        FetchOptions usual = Options;
        Options = Options with { Connections = 1 };
        origin.Fault = async (http, number) =>
        {
            if (number < 7) return false;
            await stop.CancelAsync();
            await VersionOrigin.NoAnswer(http);
            return true;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fetch(origin, cancellation: stop.Token));
        (Options, origin.Fault) = (usual, (_, _) => Task.FromResult(false));
        AssertNothingServable();
    }
}
