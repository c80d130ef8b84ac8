using System.Text;
using LlmOps.FunctionApp.Http;
using LlmOps.Ports;
using Microsoft.AspNetCore.Http;

namespace LlmOps.Tests.FunctionApp;

public sealed class JsonBodyTests
{
    private sealed record Order(string Model, bool DryRun = false);

    [Fact]
    public async Task A_document_is_handed_on()
    {
        (IResult answer, Order? order) = await Receive("""{ "model": "tiny-ops", "dryRun": true }""");

        Assert.Equal(202, Status(answer));
        Assert.Equal(new Order("tiny-ops", DryRun: true), order);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{ "model": null }""")]
    [InlineData("""{ "model": "tiny-ops", "dry_run": true }""")]
    public async Task What_is_missing_malformed_or_misspelt_is_refused(string body)
    {
        (IResult answer, Order? order) = await Receive(body);

        Assert.Equal(400, Status(answer));
        Assert.Null(order);
    }

    [Fact]
    public async Task A_long_document_is_refused() =>
        Assert.Equal(413, Status((await Receive(new string(' ', BodyLimit.Api + 1))).Answer));

    private static async Task<(IResult Answer, Order? Order)> Receive(string body)
    {
        Order? received = null;
        DefaultHttpContext context = new() { Request = { Body = new MemoryStream(Encoding.UTF8.GetBytes(body)) } };
        IResult answer = await JsonBody.Receive<Order>(context.Request, order =>
        {
            received = order;
            return Task.FromResult(new Receipt(202, "ordered"));
        }, CancellationToken.None);
        return (answer, received);
    }

    private static int? Status(IResult answer) => Assert.IsAssignableFrom<IStatusCodeHttpResult>(answer).StatusCode;
}
