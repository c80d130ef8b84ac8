using System.Text.Json;
using LlmOps.Kubernetes;
using Microsoft.Extensions.Configuration;

namespace LlmOps.Tests.FunctionApp.Kubernetes;

public sealed class KubernetesSettingsTests
{
    private static readonly Dictionary<string, string?> Example = JsonElement.Parse(Repository.Text("local.settings.example.json")).GetProperty("Values").EnumerateObject()
        .Where(value => value.Name.StartsWith("Kubernetes__", StringComparison.Ordinal)).ToDictionary(value => value.Name["Kubernetes__".Length..], value => value.Value.GetString());

    [Fact]
    public void Each_setting_has_an_example_and_each_example_a_setting() => Assert.Equal(
        typeof(KubernetesOptions).GetProperties().Where(property => property.CanWrite).Select(property => property.Name).Order(StringComparer.Ordinal), Example.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void The_example_is_read_as_the_defaults()
    {
        KubernetesOptions read = new ConfigurationBuilder().AddInMemoryCollection(Example).Build().Get<KubernetesOptions>()!;
        Assert.Equal(new KubernetesOptions { ClusterId = read.ClusterId }, read);
        read.Validate();
    }

    [Fact]
    public void The_shipped_roles_name_the_objects_that_Flux_is_shipped_with()
    {
        KubernetesOptions options = new();
        Assert.True(ShippedRole.Allows(ApiCall.Patch(ApiResource.Kustomizations, options.FluxNamespace, options.Kustomization)));
        Assert.False(ShippedRole.Allows(ApiCall.Patch(ApiResource.Kustomizations, options.FluxNamespace, "flux-system")));
        Assert.False(ShippedRole.Allows(ApiCall.Get(new ApiResource("", "v1", "secrets"), options.Namespace, "x")));
        Assert.False(ShippedRole.Allows(ApiCall.Patch(ApiResource.Deployments, options.Namespace, "x")));
        Assert.DoesNotContain("*", string.Concat(ShippedRole.Documents.Select(one => one.ToJsonString())));
    }
}
