using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LlmOps.Audit;
using LlmOps.Manifests;

namespace LlmOps.Releases;

/// <summary>
/// A person's order for a release: what, by whom, why, through what it came, and when. <paramref name="Key"/> makes it one
/// deed; with an <paramref name="Attempt"/> it is meant for that attempt only.
/// </summary>
public sealed record ReleaseOrder(string Key, string Verb, string By, string Reason, string Source, DateTimeOffset At, int? Attempt = null)
{
    /// <summary>The id of the audit log's entry that says what became of an order.</summary>
    public static string FactId(string key) => $"order/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32]}";
}

/// <summary>What a person said: who, why and when.</summary>
public sealed record PersonsWord(string By, string Reason, DateTimeOffset At)
{
    public static PersonsWord Of(ReleaseOrder order) => new(order.By, order.Reason, order.At);
}

/// <summary>A person's approval of one digest for one stage.</summary>
public sealed record Approval(string By, string Reason, DateTimeOffset At, string Digest, ApprovalStage Stage);

/// <summary>An order that was carried out: what it is called in the audit log, and on which attempt.</summary>
public sealed record OrderDone(ReleaseOrder Order, string Fact, string Text, int Attempt)
{
    /// <summary>The fact to log: who, why, when and through what, bound to the digest.</summary>
    public AuditFact ToFact(Release release) => Describe(release, Order, Fact, Text, Attempt);

    /// <summary>The kind of the fact that an order was not carried out.</summary>
    public const string RefusedFact = "OrderRefused";

    /// <summary>The fact that an order was not carried out.</summary>
    public static AuditFact Refused(Release release, ReleaseOrder order, string why) =>
        Describe(release, order, RefusedFact, $"{order.By} ordered to {order.Verb}: {why}", release.Attempt);

    private static AuditFact Describe(Release release, ReleaseOrder order, string kind, string text, int attempt) => new(
        ReleaseOrder.FactId(order.Key), kind, release.Model, release.Version, text,
        new Dictionary<string, string>
        {
            ["by"] = order.By,
            ["reason"] = order.Reason,
            ["at"] = order.At.ToString("O", CultureInfo.InvariantCulture),
            ["source"] = order.Source,
            ["digest"] = release.Digest,
            ["attempt"] = attempt.ToString(CultureInfo.InvariantCulture),
        });
}
