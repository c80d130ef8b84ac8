using LlmOps.FunctionApp.Adapters.Blob;
using LlmOps.Ports;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Contracts;

[Needs(Tool.Azurite)]
public sealed class AzureBlobsContract(Azurite azurite) : BlobsContract, IClassFixture<Azurite>
{
    protected override IBlobs Blobs { get; } = new AzureBlobs(azurite.Client);

    [ContractFact]
    public async Task Refuses_to_append_to_what_was_put()
    {
        await Put("a", "1", PutCondition.IfAbsent);

        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => Append("a", "2", 1));
        Assert.Equal("1", await Text("a"));
    }
}
