namespace LlmOps.Registry.Mlflow;

/// <summary>Answers MLflow's registry interface (mlflow/protos/model_registry.proto): what is offered of it stands here.</summary>
public sealed class AnswerMlflow(ReadMlflow read, SearchMlflow search, NoteMlflow note)
{
    public Task<MlflowAnswer> Handle(MlflowRequest request, CancellationToken cancellation) => (request.Method, request.Path) switch
    {
        ("GET", "registered-models/get") => read.Model(request, cancellation),
        ("GET", "registered-models/search") => search.Models(request, cancellation),
        ("GET" or "POST", "registered-models/get-latest-versions") => read.LatestVersions(request, cancellation),
        ("GET", "registered-models/alias") => read.VersionByAlias(request, cancellation),
        ("POST", "registered-models/alias") => note.Alias(request, removes: false, cancellation),
        ("DELETE", "registered-models/alias") => note.Alias(request, removes: true, cancellation),
        ("POST", "registered-models/set-tag") => note.Tag(request, ofVersion: false, removes: false, cancellation),
        ("DELETE", "registered-models/delete-tag") => note.Tag(request, ofVersion: false, removes: true, cancellation),
        ("PATCH", "registered-models/update") => note.Describe(request, ofVersion: false, cancellation),
        ("GET", "model-versions/get") => read.Version(request, cancellation),
        ("GET", "model-versions/search") => search.Versions(request, cancellation),
        ("GET", "model-versions/get-download-uri") => read.DownloadUri(request, cancellation),
        ("POST", "model-versions/set-tag") => note.Tag(request, ofVersion: true, removes: false, cancellation),
        ("DELETE", "model-versions/delete-tag") => note.Tag(request, ofVersion: true, removes: true, cancellation),
        ("PATCH", "model-versions/update") => note.Describe(request, ofVersion: true, cancellation),
        _ => Task.FromResult(MlflowAnswer.NotOffered(
            $"{request.Method} {request.Path} is not offered: versions come from uploads, aliases of the release loop from releases, and there are no stages")),
    };
}
