using System.Globalization;
using LlmOps.Ports;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace LlmOps.FunctionApp.Adapters.ServiceBus;

/// <summary>
/// Waits before a message that failed is given back, its session still locked: Service Bus delivers it again at once, and all
/// its tries would be gone in a moment.
/// </summary>
internal sealed class PauseAfterFailure(Backoff backoff, TimeProvider clock) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch when (Delivery(context) > 0)
        {
            // A host that stops ends the wait, but what is told is the failure.
            await Task.Delay(backoff.After(Delivery(context)), clock, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    // Only Service Bus counts deliveries; of anything else the count is 0.
    private static int Delivery(FunctionContext context) =>
        context.BindingContext.BindingData.TryGetValue("DeliveryCount", out object? count)
        && int.TryParse(Convert.ToString(count, CultureInfo.InvariantCulture), NumberStyles.None, CultureInfo.InvariantCulture, out int delivery)
            ? delivery
            : 0;
}
