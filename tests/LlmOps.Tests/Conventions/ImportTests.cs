using System.Xml.Linq;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Conventions;

public sealed class ImportTests
{
    private static readonly Dictionary<string, int> Rank = new()
    {
        ["Ports"] = 0, ["Flux"] = 1, ["Audit"] = 1, ["Registry"] = 2, ["Manifests"] = 2, ["Kubernetes"] = 3, ["Releases"] = 3, ["Admission"] = 4, ["Gates"] = 4, ["Events"] = 4,
        ["Capacity"] = 4, ["Rollouts"] = 5, ["Rollbacks"] = 6, ["Reviews"] = 7, ["Doctor"] = 7, ["Inbox"] = 8,
    };

    private static readonly string[] Sdks = ["Azure", "Microsoft.Azure", "Octokit", "k8s", "KubernetesClient"];

    [Fact]
    public void A_slice_uses_only_slices_before_it()
    {
        List<string> wrong = [];
        foreach (string path in SourceTree.Code("functions/ControlPlane/").Where(path => path.Split('/').Length > 3))
        {
            string slice = path.Split('/')[2];
            Assert.True(Rank.ContainsKey(slice), $"{slice} has no rank here: say which slices it may use");
            wrong.AddRange(SourceTree.Uses(path, Rank.Keys.Where(other => other != slice && Rank[other] >= Rank[slice]).Select(other => $"LlmOps.{other}"))
                .Select(used => $"{path} uses {used}"));
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void Only_the_function_app_sees_cloud_sdks()
    {
        string[] others = ["functions/ControlPlane/", "functions/LocalHost/", "inference/"];
        Assert.Empty(SourceTree.Code(others).SelectMany(path => SourceTree.Uses(path, Sdks).Where(sdk => sdk != "Microsoft.Azure" || !path.Contains("LocalHost", StringComparison.Ordinal))
            .Select(sdk => $"{path} uses {sdk}")));
        Assert.Empty(others.SelectMany(folder => Projects(folder)).SelectMany(path => References(path, "PackageReference")
            .Where(package => Sdks.Any(sdk => package.StartsWith(sdk + ".", StringComparison.Ordinal) || package == sdk)).Select(package => $"{path} references {package}")));
    }

    [Theory]
    [InlineData("functions/ControlPlane/ControlPlane.csproj", new string[0])]
    [InlineData("functions/FunctionApp/FunctionApp.csproj", new[] { "ControlPlane" })]
    [InlineData("functions/LocalHost/LocalHost.csproj", new[] { "FunctionApp", "ControlPlane" })]
    [InlineData("inference/InferenceServer/InferenceServer.csproj", new[] { "OnnxRuntime" })]
    [InlineData("inference/OnnxRuntime/OnnxRuntime.csproj", new string[0])]
    public void A_project_references_only(string project, string[] allowed) =>
        Assert.Empty(References(project, "ProjectReference", compiledAgainst: true).Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))).Except(allowed));

    [Fact]
    public void Control_plane_and_inference_server_share_nothing()
    {
        Assert.Empty(SourceTree.Code("inference/").SelectMany(path => SourceTree.Uses(path, Rank.Keys.Select(slice => $"LlmOps.{slice}")).Select(used => $"{path} uses {used}")));
        Assert.Empty(SourceTree.Code("functions/").SelectMany(path => SourceTree.Uses(path, ["LlmOps.Inference", "LlmOps.InferenceServer"]).Select(used => $"{path} uses {used}")));
    }

    // In the server: Endpoints → Engine → {Models, Sampling}; Endpoints → Tokenization; the leaves import nothing of ours.
    [Theory]
    [InlineData("Sampling", "Endpoints Engine Models Tokenization Telemetry Runtime")]
    [InlineData("Tokenization", "Endpoints Engine Models Sampling Telemetry Runtime")]
    [InlineData("Models", "Endpoints Engine Telemetry")]
    [InlineData("Engine", "Endpoints Tokenization")]
    public void A_folder_of_the_server_does_not_use(string folder, string others)
    {
        string root = $"inference/InferenceServer/{folder}/";
        IEnumerable<string> forbidden = others.Split(' ').SelectMany(other => new[] { $"LlmOps.Inference.{other}", $"LlmOps.InferenceServer.{other}" });
        Assert.Empty(SourceTree.Code(root).SelectMany(path => SourceTree.Uses(path, forbidden).Select(used => $"{path} uses {used}")));
    }

    private static IEnumerable<string> Projects(string folder) =>
        SourceTree.Files.Where(path => path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal));

    // A project that is only built before another one shares no code with it.
    private static IEnumerable<string> References(string project, string element, bool compiledAgainst = false) =>
        XDocument.Load(Repository.At(project)).Descendants(element)
            .Where(reference => !compiledAgainst || (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            .Select(reference => reference.Attribute("Include")!.Value);
}
