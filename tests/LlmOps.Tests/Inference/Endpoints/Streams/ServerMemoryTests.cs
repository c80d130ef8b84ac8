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

    private const int Rounds = 3;

    // Bytes. While each event was an object, strings and arrays it was about 1,570; it is about 10 now. The rest is room for what else happens.
    private const int MostOfToken = 400;

    [Fact]
    public void Streamed_token_takes_next_to_no_memory()
    {
        Streamed(Many);
        // What the process does besides only adds, so the least is nearest to the truth.
        long few = Enumerable.Range(0, Rounds).Min(_ => Streamed(Few));
        long many = Enumerable.Range(0, Rounds).Min(_ => Streamed(Many));
        Assert.True(many - few < MostOfToken * (Many - Few), $"{(many - few) / (Many - Few)} bytes a token");
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
