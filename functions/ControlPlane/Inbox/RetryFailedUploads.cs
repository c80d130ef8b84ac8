using System.Text;
using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Releases;
using Microsoft.Extensions.Logging;

namespace LlmOps.Inbox;

/// <summary>Takes the uploads that the blob trigger gave up on, so that none waits for a person and the host's list of them stays short.</summary>
public sealed partial class RetryFailedUploads(IEnumerable<IFailedBlobs> hosts, ReceiveUpload upload, ILogger<RetryFailedUploads> logger)
{
    private const int MostAtOnce = 32;

    public async Task Handle(CancellationToken cancellation)
    {
        foreach (IFailedBlobs host in hosts)
        {
            foreach (FailedBlob failed in await host.Take(MostAtOnce, cancellation))
            {
                string name = NameIn(failed.Note) ?? "";
                Log.Failed(logger, PlainText.OneLine(name));
                if (name.Split('/') is [Containers.Models, var model, var version, UploadManifest.FileName] && Names.IsModel(model) && Names.IsVersion(version))
                {
                    await upload.Handle(model, version, cancellation);
                }
                await host.Remove(failed, cancellation);
            }
        }
    }

    /// <summary>`CONTAINER/NAME` of the blob in a note of the Functions host, which is JSON, in some versions as base64; null where it is neither.</summary>
    public static string? NameIn(string note)
    {
        try
        {
            string json = note.TrimStart().StartsWith('{') ? note : Encoding.UTF8.GetString(Convert.FromBase64String(note));
            JsonElement blob = JsonElement.Parse(json);
            return $"{blob.GetProperty("ContainerName").GetString()}/{blob.GetProperty("BlobName").GetString()}";
        }
        catch (Exception error) when (error is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The blob trigger gave up on {Blob}; it is looked at again")]
        public static partial void Failed(ILogger logger, string blob);
    }
}
