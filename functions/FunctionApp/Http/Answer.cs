using LlmOps.Gates;
using LlmOps.Ports;
using Microsoft.AspNetCore.Http;

namespace LlmOps.FunctionApp.Http;

/// <summary>The HTTP answers of the triggers.</summary>
internal static class Answer
{
    public static IResult Of(Receipt receipt) => Line(receipt.Status, receipt.Text);

    public static IResult Json(object? value) => value is null ? Missing : Results.Json(value, Wire.Json);

    public static IResult Report(WrittenReport? report) => report is null ? Missing : Results.Text(report.Text, $"{report.MediaType}; charset=utf-8");

    public static IResult Found(bool found) => found ? Results.NoContent() : Missing;

    public static IResult Invalid(string why) => Line(StatusCodes.Status400BadRequest, why);

    public static IResult TooLong(int limit) => Line(StatusCodes.Status413PayloadTooLarge, $"at most {limit} bytes are read");

    /// <summary>The sender should try again: what it sent may not have been stored.</summary>
    public static IResult NotStored { get; } = Line(StatusCodes.Status503ServiceUnavailable, "not stored, please send it again");

    private static IResult Missing { get; } = Line(StatusCodes.Status404NotFound, "there is none");

    private static IResult Line(int status, string text) => Results.Text(text + "\n", "text/plain; charset=utf-8", statusCode: status);
}
