using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LlmOps.FunctionApp.Http;

/// <summary>Reads numbers from a request's query.</summary>
internal static class RequestQuery
{
    /// <summary>The query's whole number of that name, 0 when it is absent; false when it is there but not a number from 0 up.</summary>
    public static bool TryNumber(HttpRequest request, string name, out long number)
    {
        number = 0;
        return !request.Query.TryGetValue(name, out StringValues text)
            || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
