using System.Globalization;
using LlmOps.Ports;

namespace LlmOps.Registry;

/// <summary>A person's wish that an alias point at a version (its SemVer or number), or, with null, be removed.</summary>
public sealed record AliasWish(string Alias, string? Version, string By, string Why);

/// <summary>Points an alias of people's own at a version, or removes it. Those of the release loop only the loop moves.</summary>
public sealed class SetAlias(ModelRegistry registry, TimeProvider clock)
{
    public async Task<Receipt> Handle(string model, AliasWish wish, CancellationToken cancellation) =>
        Noted.Answer(await registry.Change(model, current => Decide(current, wish, clock.GetUtcNow()), cancellation));

    /// <summary>Decides, purely, on a wish.</summary>
    public static ModelChange Decide(RegisteredModel model, AliasWish wish, DateTimeOffset now)
    {
        if (Noted.Fault(model, wish.By, wish.Why) is { } fault)
        {
            return fault;
        }
        if (RegistryNames.AliasFault(wish.Alias) is { } misnamed)
        {
            return new ModelChange.Refused(400, misnamed);
        }
        if (Aliases.IsLoops(wish.Alias))
        {
            return new ModelChange.Refused(403, $"'{wish.Alias}' is moved by releases and rollbacks only");
        }
        string? to = wish.Version is null ? null : Noted.Find(model, wish.Version)?.Version;
        if (wish.Version is not null && to is null)
        {
            return Noted.NoVersion(model, wish.Version);
        }
        string? from = model.Aliases.GetValueOrDefault(wish.Alias);
        if (from == to)
        {
            return new ModelChange.Unchanged();
        }
        Dictionary<string, string> aliases = new(model.Aliases);
        _ = to is null ? aliases.Remove(wish.Alias) : (aliases[wish.Alias] = to) is not null;
        string key = string.Create(CultureInfo.InvariantCulture, $"{model.Model}/alias/{model.History.Count + 1}");
        AliasMove move = new(now, wish.Alias, from, to, Noted.Line(wish.By), Noted.Line(wish.Why), key);
        return new ModelChange.Changed(model with { Aliases = aliases, History = [.. model.History, move] });
    }
}
