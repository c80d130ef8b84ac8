namespace LlmOps.FunctionApp.Http;

/// <summary>Completes the decoding of a route value: ASP.NET Core leaves an encoded slash as it is.</summary>
internal static class RouteText
{
    public static string Decode(string value) => value.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
