using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using LlmOps.Ports;
using BlobItem = LlmOps.Ports.BlobItem;
using ListedBlob = Azure.Storage.Blobs.Models.BlobItem;

namespace LlmOps.FunctionApp.Adapters.Blob;

/// <summary>
/// Blobs in an Azure storage account. What is appended to is an append blob and what is put is a block blob, and the
/// account turns neither into the other: a log is only appended to, or the call throws.
/// </summary>
public sealed class AzureBlobs(BlobServiceClient account) : IBlobs
{
    private readonly ConcurrentDictionary<string, BlobContainerClient> created = new();

    public async Task<BlobContent?> OpenRead(string container, string name, CancellationToken cancellation)
    {
        BlobRules.Check(container, name);
        try
        {
            BlobClient blob = account.GetBlobContainerClient(container).GetBlobClient(name);
            BlobDownloadStreamingResult opened = await blob.DownloadStreamingAsync(cancellationToken: cancellation);
            return new BlobContent(opened.Content, Text(opened.Details.ETag), opened.Details.ContentLength);
        }
        catch (RequestFailedException failure) when (IsAbsence(failure))
        {
            return null;
        }
    }

    public async Task<PutResult> Put(string container, string name, Stream content, PutCondition condition, CancellationToken cancellation)
    {
        BlobRules.Check(container, name);
        BlobRequestConditions conditions = condition.IfMatch is { } etag
            ? new BlobRequestConditions { IfMatch = new ETag(etag) }
            : new BlobRequestConditions { IfNoneMatch = ETag.All };
        try
        {
            BlobClient blob = (await Container(container, cancellation)).GetBlobClient(name);
            BlobContentInfo written = await blob.UploadAsync(content, new BlobUploadOptions { Conditions = conditions }, cancellation);
            return new PutResult(Text(written.ETag));
        }
        catch (RequestFailedException failure) when (IsBrokenCondition(failure))
        {
            return default;
        }
    }

    public async IAsyncEnumerable<BlobItem> List(
        string container, string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        BlobRules.CheckContainer(container);
        BlobContainerClient client = await Container(container, cancellation);
        await foreach (ListedBlob blob in client.GetBlobsAsync(prefix: prefix, cancellationToken: cancellation))
        {
            BlobItemProperties facts = blob.Properties;
            yield return new BlobItem(
                blob.Name,
                Text(facts.ETag.GetValueOrDefault()),
                facts.ContentLength.GetValueOrDefault(),
                facts.LastModified.GetValueOrDefault());
        }
    }

    public async Task<AppendResult> Append(
        string container, string name, ReadOnlyMemory<byte> bytes, long expectedLength, CancellationToken cancellation)
    {
        BlobRules.Check(container, name);
        BlobRules.CheckBatch(bytes);
        AppendBlobClient blob = (await Container(container, cancellation)).GetAppendBlobClient(name);
        if (expectedLength == 0)
        {
            await blob.CreateIfNotExistsAsync(cancellationToken: cancellation);
        }
        try
        {
            using Stream block = BinaryData.FromBytes(bytes).ToStream();
            AppendBlobRequestConditions conditions = new() { IfAppendPositionEqual = expectedLength };
            await blob.AppendBlockAsync(block, new AppendBlobAppendBlockOptions { Conditions = conditions }, cancellation);
            return new AppendResult(true, expectedLength + bytes.Length);
        }
        catch (RequestFailedException failure) when (IsBrokenCondition(failure))
        {
            BlobProperties found = await blob.GetPropertiesAsync(cancellationToken: cancellation);
            return new AppendResult(false, found.ContentLength);
        }
        catch (RequestFailedException failure) when (IsAbsence(failure))
        {
            return new AppendResult(false, 0);
        }
    }

    private async Task<BlobContainerClient> Container(string name, CancellationToken cancellation)
    {
        if (created.TryGetValue(name, out BlobContainerClient? known))
        {
            return known;
        }
        BlobContainerClient container = account.GetBlobContainerClient(name);
        await container.CreateIfNotExistsAsync(cancellationToken: cancellation);
        return created[name] = container;
    }

    private static bool IsAbsence(RequestFailedException failure) => failure.Status == 404;

    private static bool IsBrokenCondition(RequestFailedException failure) =>
        failure.ErrorCode == BlobErrorCode.BlobAlreadyExists
        || failure.ErrorCode == BlobErrorCode.ConditionNotMet
        || failure.ErrorCode == BlobErrorCode.AppendPositionConditionNotMet;

    // Answers quote ETags and lists do not; here all are bare.
    private static string Text(ETag etag) => etag.ToString("G").Trim('"');
}
