using LlmOps.LocalHost.Cluster.Gateway;
using LlmOps.LocalHost.Cluster.Manifests;
using LlmOps.LocalHost.Cluster.Pods;
using LlmOps.LocalHost.Cluster.Reconciling;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Cluster;

/// <summary>The cluster's own HTTP API on loopback: what a control plane asks, and what Prometheus scrapes.</summary>
internal sealed class ClusterApi(ClusterObjects objects, Reconciler reconciler, Node node, MetricsPage metrics, ParentGuard guard)
{
    public void MapTo(WebApplication app)
    {
        app.MapGet("/healthz", () => "ok\n");
        app.MapGet("/metrics", () => Results.Text(metrics.Write(), MetricsPage.ContentType));
        app.MapGet("/targets", () => Json(Targets()));

        RouteGroupBuilder control = app.MapGroup("");
        control.AddEndpointFilter((context, next) =>
        {
            guard.Calls.Stamp();
            return next(context);
        });
        control.MapGet("/revision", () => Results.Json(new { revision = reconciler.Reconciled }));
        control.MapPost("/reconcile", () =>
        {
            reconciler.Request();
            return Results.Accepted();
        });
        control.MapPut("/routes/{model}/{slot}", async (string model, string slot, CancellationToken cancellation) =>
        {
            await reconciler.Suspend(model, cancellation);
            return objects.SendAllTo(model, slot) ? Results.NoContent() : Results.NotFound();
        });
        control.MapDelete("/routes/{model}", async (string model, CancellationToken cancellation) =>
        {
            await reconciler.Resume(model, cancellation);
            return Results.NoContent();
        });
        control.MapPost("/parent/{pid:int}", (int pid) =>
        {
            guard.Adopt(pid);
            return Results.NoContent();
        });
        control.MapGet("/slots/{model}/{slot}", (string model, string slot) => OrNotFound(objects.Slot(model, slot)));
        control.MapGet("/slots/{model}/{slot}/events", (string model, string slot) => OrNotFound(objects.Events(model, slot)));
        control.MapGet("/processes", () => Json(new
        {
            started = node.Started,
            running = objects.Pods().Where(pod => pod.Status.Pid is not null).Select(Running),
        }));
    }

    /// <summary>Prometheus' HTTP discovery: one target for each process that should run, whether or not it does.</summary>
    private IEnumerable<object> Targets() => objects.Pods().Where(pod => pod.Status.ShouldRun).Select(pod => new
    {
        targets = new[] { pod.Address.Authority },
        labels = new { model = pod.Template.Model, version = pod.Template.Version, slot = pod.Template.Slot, pod = pod.Name },
    });

    private static object Running(Pod pod)
    {
        (PodTemplate template, PodStatus status) = (pod.Template, pod.Status);
        return new { template.Model, template.Version, template.Slot, status.Pid, status.Port, status.Ready, status.StartedAt };
    }

    private static IResult OrNotFound<T>(T? value) => value is null ? Results.NotFound() : Json(value);

    private static IResult Json<T>(T value) => Results.Json(value, Wire.Json);
}
