using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmOps.Inference.Models.Fetching;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.Inference.Models.Fetching;

/// <summary>A version behind a web server of this process, whose faults a test chooses.</summary>
internal sealed class VersionOrigin : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _asked;

    private VersionOrigin()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(Answer);
    }

    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    public string ETag { get; set; } = "\"one\"";

    public bool ServesRanges { get; set; } = true;

    /// <summary>What happens instead of an answer, by the number of the request among those for files (from 1); false lets it be answered.</summary>
    public Func<HttpContext, int, Task<bool>> Fault { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>Paths and ranges that were asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Bytes of files that were sent, <c>release.json</c> left out.</summary>
    public long Sent { get; private set; }

    public string Digest { get; private set; } = "";

    public string Address { get; private set; } = "";

    /// <summary>The model's folder, and the name that <see cref="List"/> writes.</summary>
    public string Model { get; set; } = "tiny";

    public ModelSource.Origin Source => (ModelSource.Origin)ModelSource.Parse(Address).Source!;

    public static Task<VersionOrigin> Start(params (string Path, byte[] Bytes)[] files) => Start("tiny", files);

    public static async Task<VersionOrigin> Start(string model, (string Path, byte[] Bytes)[] files)
    {
        VersionOrigin origin = new() { Model = model };
        foreach ((string path, byte[] bytes) in files) origin.Files[path] = bytes;
        origin.List();
        await origin._app.StartAsync();
        origin.Address = origin._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + $"/models/{model}/1.0.0";
        return origin;
    }

    /// <summary>Bytes that are not the same everywhere.</summary>
    public static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(at => (byte)((at * 31) ^ (at >> 8)))];

    /// <summary>Lets a client wait until it leaves.</summary>
    public static Task NoAnswer(HttpContext http) => Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>Writes <c>release.json</c> of what the files are now.</summary>
    public void List()
    {
        (string path, int size, string hash)[] files = [.. Files.Where(file => file.Key != "release.json").Select(file => (file.Key, file.Value.Length, Convert.ToHexStringLower(SHA256.HashData(file.Value))))];
        Files["release.json"] = JsonSerializer.SerializeToUtf8Bytes(new
        {
            model = Model, version = "1.0.0", files = files.Select(file => new { file.path, file.size, sha256 = file.hash }),
        });
        string lines = string.Concat(files.OrderBy(file => file.path, StringComparer.Ordinal).Select(file => $"{file.hash}  {file.size}  {file.path}\n"));
        Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines)));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task Answer(HttpContext http)
    {
        string path = string.Join('/', http.Request.Path.Value!.Split('/')[4..]);
        string range = http.Request.Headers.Range.ToString();
        Asked.Enqueue($"{path} {range}".TrimEnd());
        bool isFile = path != "release.json";
        if (isFile && await Fault(http, Interlocked.Increment(ref _asked))) return;
        if (!Files.TryGetValue(path, out byte[]? bytes))
        {
            http.Response.StatusCode = (int)HttpStatusCode.NotFound;
            return;
        }
        http.Response.Headers.ETag = ETag;
        string condition = http.Request.Headers.IfRange.ToString();
        (int from, int to) = (0, bytes.Length - 1);
        if (ServesRanges && range.Length > 0 && (condition.Length == 0 || condition == ETag))
        {
            int[] ends = [.. range["bytes=".Length..].Split('-').Select(int.Parse)];
            (from, to) = (ends[0], ends[1]);
            http.Response.StatusCode = (int)HttpStatusCode.PartialContent;
            http.Response.Headers.ContentRange = $"bytes {from}-{to}/{bytes.Length}";
        }
        http.Response.ContentLength = to - from + 1;
        if (isFile) lock (_app) Sent += to - from + 1;
        await http.Response.Body.WriteAsync(bytes.AsMemory(from, to - from + 1), http.RequestAborted);
    }
}
