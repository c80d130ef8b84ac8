using System.Net.Sockets;
using System.Text;

namespace LlmOps.Tests.Inference.Endpoints.Streams;

/// <summary>
/// What a token of a streamed answer costs the collector in the whole server: engine, writer and web server. The process is counted as a
/// whole, so nothing else may run meanwhile.
/// </summary>
[Collection(Alone)]
public sealed class ServerMemoryTests(TinyOpsServer server) : IClassFixture<TinyOpsServer>
{
    private const string Alone = "Counts the memory of the process";
    private const int Few = 30;
    private const int Many = 330;

    // Bytes. While each event was an object, a string and two arrays it was about 1,550; it is about 10 now.
    private const int MostOfToken = 200;

    [Fact]
    public void Streamed_token_takes_next_to_no_memory()
    {
        Streamed(Many);
        Streamed(Few);
        long least = long.MaxValue;
        for (int round = 0; round < 3 && least > MostOfToken; round++) least = Math.Min(least, (Streamed(Many) - Streamed(Few)) / (Many - Few));
        Assert.InRange(least, -MostOfToken, MostOfToken);
    }

    // The client takes no memory for an event either.
    private long Streamed(int tokens)
    {
        byte[] body = Encoding.UTF8.GetBytes($$"""{"model":"tiny-ops","prompt":"The capital","max_tokens":{{tokens}},"temperature":0,"logit_bias":{"2":-100},"stream":true}""");
        byte[] head = Encoding.ASCII.GetBytes($"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n");
        byte[] taken = new byte[65536];
        Uri url = new(server.Url);
        using Socket client = new(SocketType.Stream, ProtocolType.Tcp);
        client.Connect(url.Host, url.Port);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        client.Send(head);
        client.Send(body);
        int events = 0;
        for (int read; (read = client.Receive(taken)) > 0;) events += taken.AsSpan(0, read).Count("data: "u8);
        long bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.InRange(events, tokens / 2, tokens + 2);
        return bytes;
    }

    /// <summary>Those who count run after all others.</summary>
    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class Collection;
}
