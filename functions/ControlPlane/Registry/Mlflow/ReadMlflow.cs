namespace LlmOps.Registry.Mlflow;

/// <summary>Answers what MLflow's clients read of one model or version.</summary>
public sealed class ReadMlflow(ShowModels models, MlflowShapes shapes)
{
    public Task<MlflowAnswer> Model(MlflowRequest request, CancellationToken cancellation) =>
        WithModel(request, model => MlflowAnswer.Of(new { RegisteredModel = shapes.Of(model) }), cancellation);

    public Task<MlflowAnswer> Version(MlflowRequest request, CancellationToken cancellation) =>
        WithVersion(request, (model, version) => MlflowAnswer.Of(new { ModelVersion = shapes.Of(model, version) }), cancellation);

    public Task<MlflowAnswer> DownloadUri(MlflowRequest request, CancellationToken cancellation) =>
        WithVersion(request, (model, version) => MlflowAnswer.Of(new { ArtifactUri = shapes.Source(model, version) }), cancellation);

    public Task<MlflowAnswer> VersionByAlias(MlflowRequest request, CancellationToken cancellation) =>
        WithModel(request, model => request.Field("alias") switch
        {
            null => MlflowAnswer.Invalid("Missing value for required parameter 'alias'."),
            var alias when model.Versions.FirstOrDefault(version => version.Aliases.Contains(alias)) is { } version =>
                MlflowAnswer.Of(new { ModelVersion = shapes.Of(model, version) }),
            // MLflow answers this, not RESOURCE_DOES_NOT_EXIST, for an alias that is not there.
            var alias => MlflowAnswer.Invalid($"Registered model alias {alias} not found."),
        }, cancellation);

    /// <summary>The newest version, as of MLflow's stage `None`; in any other stage there is none.</summary>
    public Task<MlflowAnswer> LatestVersions(MlflowRequest request, CancellationToken cancellation) =>
        WithModel(request, model =>
        {
            IReadOnlyList<string> stages = request.All("stages");
            bool asked = stages.Count == 0 || stages.Contains("None", StringComparer.OrdinalIgnoreCase);
            return MlflowAnswer.Of(new { ModelVersions = asked ? new[] { shapes.Of(model, model.Versions[0]) } : [] });
        }, cancellation);

    private async Task<MlflowAnswer> WithModel(MlflowRequest request, Func<ModelView, MlflowAnswer> show, CancellationToken cancellation)
    {
        if (request.Field("name") is not { } name)
        {
            return MlflowAnswer.Invalid("Missing value for required parameter 'name'.");
        }
        return await models.Handle(name, cancellation) is { } model ? show(model) : MlflowAnswer.Missing($"Registered Model with name={name} not found");
    }

    private Task<MlflowAnswer> WithVersion(MlflowRequest request, Func<ModelView, VersionView, MlflowAnswer> show, CancellationToken cancellation) =>
        WithModel(request, model => request.Field("version") switch
        {
            null => MlflowAnswer.Invalid("Missing value for required parameter 'version'."),
            var asked when Find(model, asked) is { } version => show(model, version),
            var asked => MlflowAnswer.Missing($"Model Version (name={model.Model}, version={asked}) not found"),
        }, cancellation);

    // MLflow's number, or our SemVer.
    private static VersionView? Find(ModelView model, string version) =>
        model.Versions.FirstOrDefault(known => known.Version == version || $"{known.Number}" == version);
}
