namespace LlmOps.FakeServer;

/// <summary>Answers that name the version; streamed in three parts, half a second in all, for `?stream=true`.</summary>
internal static class Completions
{
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan BetweenParts = TimeSpan.FromMilliseconds(250);

    public static async Task Answer(HttpContext context, string version)
    {
        if (context.Request.Query["stream"] != "true")
        {
            await Task.Delay(Work, context.RequestAborted);
            await context.Response.WriteAsJsonAsync(new { model = version, choices = new[] { new { message = new { content = version } } } });
            return;
        }
        context.Response.ContentType = "text/event-stream";
        for (int part = 1; part <= 3; part++)
        {
            await context.Response.WriteAsync($"data: {version} {part}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(part < 3 ? BetweenParts : TimeSpan.Zero, context.RequestAborted);
        }
        await context.Response.WriteAsync("data: [DONE]\n\n", context.RequestAborted);
    }
}
