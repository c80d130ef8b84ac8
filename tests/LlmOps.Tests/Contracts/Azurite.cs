using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Azure.Storage.Blobs;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Contracts;

/// <summary>A storage emulator of its own, on a free loopback port, with nothing on the disk.</summary>
public sealed class Azurite : IAsyncLifetime
{
    // The emulator's account and key are public knowledge.
    private const string Account = "AccountName=devstoreaccount1;AccountKey="
        + "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly int port = FreePort();
    private Process? process;

    /// <summary>A client of the emulator.</summary>
    public BlobServiceClient Client => new(
        $"DefaultEndpointsProtocol=http;{Account};BlobEndpoint=http://127.0.0.1:{port}/devstoreaccount1;");

    public async Task InitializeAsync()
    {
        if (Tools.FirstMissing([Tool.Azurite]) is not null)
        {
            return;
        }
        string program = Path.Combine(Tools.AzuriteFolder, "dist/src/blob/main.js");
        process = Process.Start(new ProcessStartInfo("node",
            [program, "--blobHost", "127.0.0.1", "--blobPort", $"{port}", "--inMemoryPersistence", "--skipApiVersionCheck",
             "--silent", "--disableTelemetry"])
        {
            RedirectStandardOutput = true,
        });
        for (int attempt = 0; !await Answers(); attempt++)
        {
            Assert.True(attempt < 1200 && !process!.HasExited, $"{program} did not start within two minutes, or ended at once");
            await Task.Delay(100);
        }
    }

    public Task DisposeAsync()
    {
        process?.Kill(entireProcessTree: true);
        process?.Dispose();
        return Task.CompletedTask;
    }

    private async Task<bool> Answers()
    {
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
