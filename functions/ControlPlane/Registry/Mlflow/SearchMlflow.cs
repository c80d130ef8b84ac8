using System.Globalization;

namespace LlmOps.Registry.Mlflow;

/// <summary>Answers MLflow's searches, aliases included.</summary>
public sealed class SearchMlflow(ShowModels models, MlflowShapes shapes)
{
    private static readonly Dictionary<string, Comparison<MlflowModel>> ModelKeys = new()
    {
        ["name"] = (left, right) => string.CompareOrdinal(left.Name, right.Name),
        ["creation_timestamp"] = (left, right) => left.CreationTimestamp.CompareTo(right.CreationTimestamp),
        ["last_updated_timestamp"] = (left, right) => left.LastUpdatedTimestamp.CompareTo(right.LastUpdatedTimestamp),
    };

    private static readonly Dictionary<string, Comparison<MlflowVersion>> VersionKeys = new()
    {
        ["name"] = (left, right) => string.CompareOrdinal(left.Name, right.Name),
        ["version_number"] = (left, right) => Number(left).CompareTo(Number(right)),
        ["creation_timestamp"] = (left, right) => left.CreationTimestamp.CompareTo(right.CreationTimestamp),
        ["last_updated_timestamp"] = (left, right) => left.LastUpdatedTimestamp.CompareTo(right.LastUpdatedTimestamp),
    };

    /// <summary>Models by name, unless asked otherwise; 100 a page, at most 1,000.</summary>
    public async Task<MlflowAnswer> Models(MlflowRequest request, CancellationToken cancellation)
    {
        (IReadOnlyList<MlflowClause>? clauses, string refusal) = MlflowFilter.Parse(request.Field("filter"), MlflowFilter.OfModels);
        if (clauses is null)
        {
            return MlflowAnswer.Invalid(refusal);
        }
        IEnumerable<MlflowModel> found = (await models.Handle(cancellation)).Select(shapes.Of)
            .Where(model => clauses.All(clause => clause.Holds(new Dictionary<string, string> { ["name"] = model.Name }, model.Tags)));
        return Page([.. found], request, ModelKeys, (100, 1000), (items, next) => new { RegisteredModels = items, NextPageToken = next });
    }

    /// <summary>Versions by name, newest first, unless asked otherwise; 10,000 a page, at most 200,000.</summary>
    public async Task<MlflowAnswer> Versions(MlflowRequest request, CancellationToken cancellation)
    {
        (IReadOnlyList<MlflowClause>? clauses, string refusal) = MlflowFilter.Parse(request.Field("filter"), MlflowFilter.OfVersions);
        if (clauses is null)
        {
            return MlflowAnswer.Invalid(refusal);
        }
        IEnumerable<MlflowVersion> found =
            from model in await models.Handle(cancellation)
            from version in model.Versions
            let shape = shapes.Of(model, version)
            let attributes = new Dictionary<string, string>
            {
                ["name"] = shape.Name, ["version_number"] = shape.Version, ["run_id"] = shape.RunId, ["source_path"] = shape.Source,
            }
            where clauses.All(clause => clause.Holds(attributes, shape.Tags))
            select shape;
        return Page([.. found], request, VersionKeys, (10_000, 200_000), (items, next) => new { ModelVersions = items, NextPageToken = next });
    }

    private static MlflowAnswer Page<T>(
        IReadOnlyList<T> found, MlflowRequest request, IReadOnlyDictionary<string, Comparison<T>> keys, (int Usual, int Most) limits,
        Func<IReadOnlyList<T>, string?, object> show)
    {
        (IReadOnlyList<T>? sorted, string misordered) = MlflowOrder.Sort(found, request.All("order_by"), keys);
        (MlflowPage? page, string mispaged) = MlflowPage.Parse(request, limits.Usual, limits.Most);
        if (sorted is null || page is null)
        {
            return MlflowAnswer.Invalid(sorted is null ? misordered : mispaged);
        }
        (IReadOnlyList<T> items, string? next) = page.Of(sorted);
        return MlflowAnswer.Of(show(items, next));
    }

    private static int Number(MlflowVersion version) => int.Parse(version.Version, CultureInfo.InvariantCulture);
}
