using System.Globalization;
using LlmOps.Audit;
using LlmOps.Registry;

namespace LlmOps.Releases;

/// <summary>`resume` of a model: a person has looked into its rollbacks, so that those up to the order do not count any more.</summary>
public sealed class LiftFreeze(ModelRegistry registry, AuditLog audit)
{
    public async Task Handle(string model, ReleaseOrder order, CancellationToken cancellation)
    {
        await registry.LiftFreeze(model, order.At, cancellation);
        await audit.Append(
            new AuditFact(ReleaseOrder.FactId(order.Key), "FreezeLifted", model, null, $"{order.By} has looked into the rollbacks: {order.Reason}",
                new Dictionary<string, string>
                {
                    ["by"] = order.By, ["reason"] = order.Reason, ["source"] = order.Source, ["at"] = order.At.ToString("O", CultureInfo.InvariantCulture),
                }),
            cancellation);
    }
}
