using System.Text;
using LlmOps.FunctionApp.Http;
using LlmOps.Ports;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOps.Tests.FunctionApp;

public sealed class HookTests
{
    private const int Limit = 20_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16_384)]
    [InlineData(Limit)]
    public async Task A_body_up_to_the_limit_arrives_byte_for_byte(int length)
    {
        byte[] sent = new byte[length];
        new Random(length).NextBytes(sent);
        byte[]? stored = null;

        await Receive(new MemoryStream(sent), declared: null, body =>
        {
            stored = body.ToArray();
            return Task.FromResult(new Receipt(202, "stored"));
        });

        Assert.Equal(sent, stored);
    }

    [Theory]
    [InlineData(202)]
    [InlineData(401)]
    public async Task The_use_case_says_what_is_answered(int status)
    {
        HttpResponse response = await Receive(new MemoryStream([1]), declared: 1, _ => Task.FromResult(new Receipt(status, "so it is")));

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("so it is\n", Encoding.UTF8.GetString(((MemoryStream)response.Body).ToArray()));
    }

    [Fact]
    public async Task What_could_not_be_stored_is_answered_503() =>
        Assert.Equal(503, (await Receive(new MemoryStream([1]), declared: 1, _ => throw new IOException("disk full"))).StatusCode);

    [Fact]
    public async Task A_body_declared_too_long_is_not_read()
    {
        MemoryStream body = new(new byte[Limit + 1]);

        HttpResponse response = await Receive(body, declared: Limit + 1, Never);

        Assert.Equal(413, response.StatusCode);
        Assert.Equal(0, body.Position);
    }

    [Fact]
    public async Task A_body_that_turns_out_too_long_is_read_no_further()
    {
        MemoryStream body = new(new byte[10 * Limit]);

        HttpResponse response = await Receive(body, declared: null, Never);

        Assert.Equal(413, response.StatusCode);
        Assert.Equal(Limit + 1, body.Position);
    }

    private static Task<Receipt> Never(ReadOnlyMemory<byte> body) => throw new InvalidOperationException("must not be stored");

    private static async Task<HttpResponse> Receive(Stream body, long? declared, Func<ReadOnlyMemory<byte>, Task<Receipt>> store)
    {
        DefaultHttpContext context = new()
        {
            RequestServices = new ServiceCollection().AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).BuildServiceProvider(),
            Request = { Body = body, ContentLength = declared },
            Response = { Body = new MemoryStream() },
        };
        IResult answer = await Hook.Receive(context.Request, Limit, NullLogger.Instance, store, CancellationToken.None);
        await answer.ExecuteAsync(context);
        return context.Response;
    }
}
