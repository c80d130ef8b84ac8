using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace LlmOps.Manifests;

/// <summary>Durations as Kubernetes and Prometheus write them: `500ms`, `30s`, `10m`, `1h`.</summary>
internal sealed class DurationConverter : IYamlTypeConverter
{
    public bool Accepts(Type type) => type == typeof(TimeSpan);

    public object ReadYaml(IParser parser, Type type, ObjectDeserializer rootDeserializer)
    {
        Scalar scalar = parser.Consume<Scalar>();
        return Parse(scalar.Value) ?? throw new YamlException(scalar.Start, scalar.End, $"'{scalar.Value}' is not a duration such as 30s, 10m or 1h");
    }

    public void WriteYaml(IEmitter emitter, object? value, Type type, ObjectSerializer serializer) => throw new NotSupportedException();

    private static TimeSpan? Parse(string text)
    {
        int unit = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        if (!double.TryParse(text.AsSpan(0, unit), CultureInfo.InvariantCulture, out double number))
        {
            return null;
        }
        return text[unit..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            _ => null,
        };
    }
}
