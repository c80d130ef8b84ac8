using System.Globalization;
using System.Text.Json.Nodes;
using LlmOps.Kubernetes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOps.Tests.FunctionApp.Kubernetes;

/// <summary>
/// A fake of the Kubernetes API over HTTP: it keeps objects, and answers GET, LIST (label selectors, pages) and merge patches
/// with versions and conflicts as the API's conventions say. It validates nothing, defaults nothing and watches nothing.
/// </summary>
internal sealed class FakeApiServer : IAsyncDisposable
{
    public const string Token = "kube-token-of-tests-0123456789";

    private readonly SortedDictionary<string, JsonObject> objects = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private WebApplication? app;
    private long version = 100;

    public Uri Address { get; private set; } = new("http://localhost");

    /// <summary>What was asked, in order.</summary>
    public List<ApiCall> Calls { get; } = [];

    /// <summary>Kinds whose definitions are installed; others are 404.</summary>
    public HashSet<ApiResource> Served { get; } =
    [
        ApiResource.Pods, ApiResource.Events, ApiResource.Nodes, ApiResource.Deployments, ApiResource.ReplicaSets, ApiResource.EndpointSlices,
        ApiResource.Kustomizations, ApiResource.GitRepositories, ApiResource.HttpRoutes,
    ];

    public Dictionary<string, string> Logs { get; } = [];

    public string Accepts { get; set; } = Token;

    /// <summary>Answers a request in the server's place; null lets it answer.</summary>
    public Func<ApiCall, FakeAnswer?> Faults { get; set; } = _ => null;

    /// <summary>Runs after a patch, before it is answered: controllers here are as fast as can be.</summary>
    public Action<ApiCall> Patched { get; set; } = _ => { };

    /// <summary>Runs before a patch is looked at: somebody else may be faster.</summary>
    public Action<ApiCall> BeforePatch { get; set; } = _ => { };

    public int PageSize { get; set; } = 500;

    public async Task Start()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(Answer);
        await app.StartAsync();
        Address = new Uri(app.Urls.Single());
    }

    /// <summary>Creates or replaces an object; its generation counts changes of its spec.</summary>
    public void Put(ApiResource kind, JsonObject value)
    {
        lock (gate)
        {
            Store(Key(kind, value), (JsonObject)value.DeepClone());
        }
    }

    public JsonObject? Find(ApiResource kind, string? space, string name)
    {
        lock (gate)
        {
            return (JsonObject?)objects.GetValueOrDefault(Key(kind, space, name))?.DeepClone();
        }
    }

    public IReadOnlyList<JsonObject> All(ApiResource kind)
    {
        lock (gate)
        {
            return [.. objects.Where(pair => pair.Key.StartsWith($"{kind}|", StringComparison.Ordinal)).Select(pair => (JsonObject)pair.Value.DeepClone())];
        }
    }

    public void Delete(ApiResource kind, JsonObject value)
    {
        lock (gate)
        {
            objects.Remove(Key(kind, value));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    private async Task Answer(HttpContext http)
    {
        ApiCall call = Parse(http.Request);
        FakeAnswer answer = http.Request.Headers.Authorization != $"Bearer {Accepts}" ? FakeAnswer.Status(401, "Unauthorized", "Unauthorized")
            : Faults(call) ?? await Answer(call, http.Request);
        lock (gate)
        {
            Calls.Add(call);
        }
        if (answer.Hangs)
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        http.Response.StatusCode = answer.Code;
        if (answer.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = wait;
        }
        if (call.Verb == "patch" && answer.Code == 200)
        {
            Patched(call);
        }
        await http.Response.WriteAsync(answer.Body);
    }

    private async Task<FakeAnswer> Answer(ApiCall call, HttpRequest request)
    {
        if (!Served.Contains(call.Resource))
        {
            return new FakeAnswer(404, "404 page not found\n");
        }
        if (call.Subresource == "log")
        {
            return Logs.TryGetValue(call.Name!, out string? log) ? new FakeAnswer(200, log) : FakeAnswer.Status(400, "BadRequest", "container is waiting to start");
        }
        if (call.Verb == "patch")
        {
            BeforePatch(call);
            Assert.Equal("application/merge-patch+json; charset=utf-8", request.ContentType);
            return Patch(call, (JsonObject)(await JsonNode.ParseAsync(request.Body))!);
        }
        return call.Verb == "list" ? List(call, request)
            : Find(call.Resource, call.Namespace, call.Name!) is { } found ? new FakeAnswer(200, found.ToJsonString())
            : FakeAnswer.Status(404, "NotFound", $"{call.Resource} \"{call.Name}\" not found");
    }

    private FakeAnswer Patch(ApiCall call, JsonObject patch)
    {
        lock (gate)
        {
            if (Find(call.Resource, call.Namespace, call.Name!) is not { } now)
            {
                return FakeAnswer.Status(404, "NotFound", "not found");
            }
            if ((string?)patch["metadata"]?["resourceVersion"] is { } from && from != (string?)now["metadata"]!["resourceVersion"])
            {
                return FakeAnswer.Status(409, "Conflict", "the object has been modified; please apply your changes to the latest version and try again");
            }
            Merge(now, patch);
            Store(Key(call.Resource, call.Namespace, call.Name!), now);
            return new FakeAnswer(200, now.ToJsonString());
        }
    }

    private FakeAnswer List(ApiCall call, HttpRequest request)
    {
        string labels = request.Query["labelSelector"].ToString();
        List<JsonObject> found = [.. All(call.Resource).Where(one => call.Namespace is null || (string?)one["metadata"]!["namespace"] == call.Namespace).Where(one => Selects(labels, one))];
        int from = int.Parse(request.Query["continue"].FirstOrDefault("0")!, CultureInfo.InvariantCulture);
        JsonObject page = new()
        {
            ["metadata"] = new JsonObject { ["continue"] = from + PageSize < found.Count ? (from + PageSize).ToString(CultureInfo.InvariantCulture) : "" },
            ["items"] = new JsonArray([.. found.Skip(from).Take(PageSize)]),
        };
        return new FakeAnswer(200, page.ToJsonString());
    }

    // RFC 7386.
    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach ((string name, JsonNode? value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject inner)
            {
                JsonObject now = target[name] as JsonObject ?? [];
                Merge(now, inner);
                target[name] = now.DeepClone();
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }

    private void Store(string key, JsonObject value)
    {
        JsonObject? before = objects.GetValueOrDefault(key);
        JsonObject metadata = (JsonObject)value["metadata"]!;
        version++;
        metadata["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        metadata["uid"] ??= (string?)before?["metadata"]!["uid"] ?? $"uid-{version}";
        metadata["generation"] = before is null ? 1L : (long)before["metadata"]!["generation"]! + (JsonNode.DeepEquals(before["spec"], value["spec"]) ? 0 : 1);
        // As over the wire: numbers have no type of their own.
        objects[key] = (JsonObject)JsonNode.Parse(value.ToJsonString())!;
    }

    private static bool Selects(string labels, JsonObject one) => labels.Split(',', StringSplitOptions.RemoveEmptyEntries)
        .All(part => part.Split('=') is [var name, var value] && (string?)one["metadata"]!["labels"]?[name] == value);

    private static string Key(ApiResource kind, JsonObject value) => Key(kind, (string?)value["metadata"]!["namespace"], (string)value["metadata"]!["name"]!);

    private static string Key(ApiResource kind, string? space, string name) => $"{kind}|{space}|{name}";

    private static ApiCall Parse(HttpRequest request)
    {
        string[] parts = request.Path.Value!.Trim('/').Split('/');
        (string group, string v, string[] rest) = parts[0] == "api" ? ("", parts[1], parts[2..]) : (parts[1], parts[2], parts[3..]);
        (string? space, rest) = rest[0] == "namespaces" ? (rest[1], rest[2..]) : (null, rest);
        string verb = request.Method == "PATCH" ? "patch" : rest.Length == 1 ? "list" : "get";
        return new ApiCall(verb, new ApiResource(group, v, rest[0]), space, rest.ElementAtOrDefault(1), rest.ElementAtOrDefault(2));
    }
}

/// <summary>What the fake answers.</summary>
internal sealed record FakeAnswer(int Code, string Body, string? RetryAfter = null, bool Hangs = false)
{
    /// <summary>A failure as the API server tells it.</summary>
    public static FakeAnswer Status(int code, string reason, string message, string? retryAfter = null) => new(
        code,
        new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Failure", ["message"] = message, ["reason"] = reason, ["code"] = code }.ToJsonString(),
        retryAfter);
}
