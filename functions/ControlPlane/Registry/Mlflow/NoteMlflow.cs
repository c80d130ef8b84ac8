using LlmOps.Ports;

namespace LlmOps.Registry.Mlflow;

/// <summary>Takes what MLflow's clients may write: tags, aliases of people's own, descriptions. MLflow sends no name of who asks.</summary>
public sealed class NoteMlflow(SetTag tags, SetAlias aliases, DescribeModel descriptions, ReadMlflow read)
{
    private const string By = "MLflow client";
    private const string Why = "through MLflow's REST API";

    public Task<MlflowAnswer> Tag(MlflowRequest request, bool ofVersion, bool removes, CancellationToken cancellation) =>
        Missing(request, ["name", "key", .. ofVersion ? ["version"] : Array.Empty<string>(), .. removes ? Array.Empty<string>() : ["value"]])
        ?? Answer(tags.Handle(
            request.Field("name")!,
            new TagWish(request.Field("key") ?? "", removes ? null : request.Field("value") ?? "", By, Why, ofVersion ? request.Field("version") ?? "" : null),
            cancellation));

    public Task<MlflowAnswer> Alias(MlflowRequest request, bool removes, CancellationToken cancellation) =>
        Missing(request, ["name", "alias", .. removes ? Array.Empty<string>() : ["version"]])
        ?? Answer(aliases.Handle(
            request.Field("name")!, new AliasWish(request.Field("alias") ?? "", removes ? null : request.Field("version") ?? "", By, Why), cancellation));

    /// <summary>Sets a description and answers with what it describes.</summary>
    public async Task<MlflowAnswer> Describe(MlflowRequest request, bool ofVersion, CancellationToken cancellation)
    {
        if (Missing(request, ofVersion ? ["name", "version"] : ["name"]) is { } missing)
        {
            return await missing;
        }
        if (request.Has("description"))
        {
            DescriptionWish wish = new(request.Field("description") ?? "", By, Why, ofVersion ? request.Field("version") ?? "" : null);
            MlflowAnswer answer = await Answer(descriptions.Handle(request.Field("name")!, wish, cancellation));
            if (answer.Status != 200)
            {
                return answer;
            }
        }
        return ofVersion ? await read.Version(request, cancellation) : await read.Model(request, cancellation);
    }

    private static Task<MlflowAnswer>? Missing(MlflowRequest request, IEnumerable<string> required) =>
        (required.FirstOrDefault(field => !request.Has(field)) ?? (request.Field("name") is null ? "name" : null)) is { } field
            ? Task.FromResult(MlflowAnswer.Invalid($"Missing value for required parameter '{field}'."))
            : null;

    private static async Task<MlflowAnswer> Answer(Task<Receipt> change) => await change switch
    {
        { Status: 200 } => MlflowAnswer.Empty,
        { Status: 404 } missing => MlflowAnswer.Missing(missing.Text),
        { Status: 403 } denied => MlflowAnswer.Denied(denied.Text),
        var refused => MlflowAnswer.Invalid(refused.Text),
    };
}
