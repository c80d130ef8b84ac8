using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmOps.FunctionApp.Adapters.GitHub;
using LlmOps.LocalHost.Adapters;
using LlmOps.Reviews.Api;
using LlmOps.Tests.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOps.Tests.Fakes.GitHub;

/// <summary>A request as the fake got it.</summary>
internal sealed record Asked(string Method, string Path, string Body, IHeaderDictionary Headers)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public override string ToString() => $"{Method} {Path.Split('?')[0]}";
}

/// <summary>What the fake does wrong, once: an answer of its own, or, carried out or not, no whole answer.</summary>
internal sealed record Fault(Func<Asked, bool> When)
{
    public (int Status, string Body, (string Name, string Value)[] Headers)? Answer { get; init; }

    /// <summary>The request is carried out before its answer is lost.</summary>
    public bool CarriedOut { get; init; }

    /// <summary>Half of the answer's body is sent before the connection is cut.</summary>
    public bool HalfWay { get; init; }

    public TimeSpan Delay { get; init; }
}

/// <summary>
/// A GitHub of one repository `acme/fleet` on loopback, for tests: a fake that knows only what the adapter asks, checks credentials,
/// and keeps commits in a real bare repository, by git's own compare-and-swap. What its answers say is written after GitHub's
/// documentation; that the requests to it are ones that GitHub takes is checked elsewhere, against GitHub's published schemas.
/// </summary>
internal sealed class FakeGitHub : IAsyncDisposable
{
    public const string Repository = "acme/fleet";
    public const long AppId = 4711;
    public const long Installation = 815;
    public const string Bot = "llmops-fleet[bot]";
    public static readonly RSA Key = RSA.Create(2048);
    private readonly ScratchFolder folder = new();
    private readonly ConcurrentQueue<Asked> asked = new();
    private readonly List<Fault> faults = [];
    private readonly Lock gate = new();
    private WebApplication? app;
    private FakeRepository? git;
    private FakeReviews? reviews;

    public FakeRepository Git => git!;

    public FakeReviews Reviews => reviews!;

    /// <summary>Tokens that GitHub takes now; a test may empty it.</summary>
    public ConcurrentDictionary<string, bool> Tokens { get; } = new();

    public int TokensMade { get; private set; }

    /// <summary>How long its tokens last.</summary>
    public TimeSpan TokenLasts { get; set; } = TimeSpan.FromHours(1);

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public IReadOnlyList<Asked> Requests => [.. asked];

    public Uri Url => new(app!.Urls.Single());

    public GitHubOptions Options => new() { AppId = AppId, InstallationId = Installation, PrivateKey = Key.ExportRSAPrivateKeyPem(), ApiUrl = Url };

    public static async Task<FakeGitHub> Start(TimeProvider? clock = null)
    {
        FakeGitHub fake = new() { Clock = clock ?? TimeProvider.System };
        foreach ((string path, string text) in GitHostContract.Template)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(fake.folder["template/" + path])!);
            await File.WriteAllTextAsync(fake.folder["template/" + path], text);
        }
        BareGitHost host = await BareGitHost.Create(fake.folder["fleet.git"], fake.folder["template"], TimeProvider.System, default);
        fake.git = new FakeRepository(host, new GitCommand(fake.folder["fleet.git"]));
        fake.reviews = new FakeReviews(fake.git);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        fake.app = builder.Build();
        fake.app.Urls.Add("http://127.0.0.1:0");
        fake.app.Run(fake.Answer);
        await fake.app.StartAsync();
        return fake;
    }

    /// <summary>The adapter on this fake, without the pauses between writes.</summary>
    public GitHubConnection Connect(GitHubOptions? options = null, HttpMessageHandler? wire = null, PaceLimits? limits = null) =>
        new(options ?? Options, Repository, Clock, NullLoggerFactory.Instance, wire, limits ?? new PaceLimits { BetweenWrites = TimeSpan.Zero });

    public void Do(Fault fault)
    {
        lock (gate)
        {
            faults.Add(fault);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app!.DisposeAsync();
        folder.Dispose();
    }

    private async Task Answer(HttpContext context)
    {
        using StreamReader reader = new(context.Request.Body);
        Asked request = new(context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget, await reader.ReadToEndAsync(), new HeaderDictionary(context.Request.Headers.ToDictionary()));
        asked.Enqueue(request);
        Fault? fault = Take(request);
        if (fault is not null)
        {
            await Task.Delay(fault.Delay, context.RequestAborted);
            if (fault.CarriedOut)
            {
                await Route(request);
            }
            await Fail(context, fault);
            return;
        }
        FakeAnswer answer = await Route(request);
        context.Response.StatusCode = answer.Status;
        if (answer.Next is not null)
        {
            context.Response.Headers.Link = $"<{Url}app/hook/deliveries?per_page=100&cursor={answer.Next}>; rel=\"next\"";
        }
        if (answer.ETag is { } etag)
        {
            context.Response.Headers.ETag = etag;
        }
        if (answer.Body is byte[] bytes)
        {
            await context.Response.Body.WriteAsync(bytes);
        }
        else if (answer.Body is not null)
        {
            await context.Response.WriteAsJsonAsync(answer.Body, answer.Body.GetType());
        }
    }

    private Fault? Take(Asked request)
    {
        lock (gate)
        {
            Fault? fault = faults.Find(one => one.When(request));
            if (fault is not null)
            {
                faults.Remove(fault);
            }
            return fault;
        }
    }

    private static async Task Fail(HttpContext context, Fault fault)
    {
        if (fault.Answer is var (status, body, headers))
        {
            context.Response.StatusCode = status;
            foreach ((string name, string value) in headers)
            {
                context.Response.Headers[name] = value;
            }
            await context.Response.WriteAsync(body);
            return;
        }
        if (fault.HalfWay)
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{\"data\":");
            await context.Response.Body.FlushAsync();
        }
        context.Abort();
    }

    private async Task<FakeAnswer> Route(Asked request)
    {
        string shown = request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);
        string[] path = [.. request.Path.Split('?')[0].Trim('/').Split('/').Select(Uri.UnescapeDataString)];
        bool asApp = path[0] == "app";
        if (asApp ? !IsSigned(shown) : !Tokens.ContainsKey(shown))
        {
            return new(401, new { message = "Bad credentials" });
        }
        if (request.Headers.UserAgent.Count == 0)
        {
            return new(403, new { message = "Request forbidden by administrative rules." });
        }
        return (asApp, path) switch
        {
            (true, ["app"]) => new(200, new { id = AppId, slug = "llmops-fleet" }),
            (true, ["app", "installations", "815", "access_tokens"]) => MakeToken(),
            (true, ["app", "hook", "deliveries", ..]) or (false, ["repos", "acme", "fleet", "hooks", _, "deliveries", ..]) => Reviews.Deliveries(request, path),
            (false, ["graphql"]) => await Git.GraphQl(request.Json),
            (false, ["repos", "acme", "fleet", .. var rest]) => await Git.Rest(request, rest) ?? await Reviews.Rest(request, rest) ?? FakeAnswer.NotFound,
            _ => FakeAnswer.NotFound,
        };
    }

    private FakeAnswer MakeToken()
    {
        string token = $"ghs_{TokensMade++}";
        Tokens[token] = true;
        return new(201, new { token, expires_at = Clock.GetUtcNow() + TokenLasts });
    }

    // GitHub takes a token of ten minutes at most, made by this App, and not in the future.
    private bool IsSigned(string token)
    {
        string[] parts = token.Split('.');
        if (parts.Length != 3 || !Key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Decode(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
        {
            return false;
        }
        JsonElement claims = JsonElement.Parse(Decode(parts[1]));
        long now = Clock.GetUtcNow().ToUnixTimeSeconds();
        long from = claims.GetProperty("iat").GetInt64(), to = claims.GetProperty("exp").GetInt64();
        return claims.GetProperty("iss").GetString() == $"{AppId}" && from <= now && now < to && to - from <= 600;
    }

    private static byte[] Decode(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);
}

/// <summary>An answer: a status, a body as JSON or bytes, and the tag of what may be asked for again.</summary>
internal sealed record FakeAnswer(int Status, object? Body = null, string? ETag = null)
{
    public static FakeAnswer NotFound { get; } = new(404, new { message = "Not Found" });

    /// <summary>The cursor of a list's next page.</summary>
    public string? Next { get; init; }

    public static FakeAnswer Refused(string message) => new(422, new { message });
}
