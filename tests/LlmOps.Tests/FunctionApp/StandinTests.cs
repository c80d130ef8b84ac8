using System.Reflection;
using LlmOps.FunctionApp.Triggers;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.Tests.FunctionApp;

/// <summary>
/// The stand-ins against `worker-api.txt`, which lists the same types of the real worker. In ordinary builds what stands in must
/// be listed; in `-c Azure` the list itself is held against the worker.
/// </summary>
public sealed class StandinTests
{
    private static readonly string[] Listed = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "LlmOps.Tests", "FunctionApp", "worker-api.txt"));

    private static readonly string[] Types = [.. Listed.Where(line => !line.StartsWith(' ')).Select(line => line.Split(" : ")[0].Split(' ')[^1])];

    public static TheoryData<string> Names => [.. Types];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_has_the_workers_shape(string name)
    {
        string[] listed = [.. Block(name)];
        string[] found = [.. WorkerApi.Lines(Find(name))];
#if AZURE
        Assert.Equal(listed, found);
#else
        Assert.Equal(listed[0], found[0]);
        Assert.Subset(listed.ToHashSet(), found.ToHashSet());
#endif
    }

    [Fact]
    public void Every_type_of_the_worker_that_a_trigger_names_is_listed() => Assert.Subset(
        Types.ToHashSet(),
        typeof(BlobModelUploaded).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == typeof(BlobModelUploaded).Namespace)
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)).SelectMany(Used).ToHashSet());

    private static IEnumerable<string> Used(MethodInfo function) =>
        function.GetCustomAttributes().Select(attribute => attribute.GetType())
            .Concat(function.GetParameters().SelectMany(parameter => parameter.GetCustomAttributes().Select(attribute => attribute.GetType()).Append(parameter.ParameterType)))
            .Select(type => type.FullName!).Where(name => name.StartsWith("Microsoft.Azure.Functions.", StringComparison.Ordinal));

    private static IEnumerable<string> Block(string name)
    {
        int start = Array.FindIndex(Listed, line => !line.StartsWith(' ') && line.Contains($" {name} : ", StringComparison.Ordinal));
        return Listed.Skip(start).Take(1).Concat(Listed.Skip(start + 1).TakeWhile(line => line.StartsWith(' ')));
    }

    private static Type Find(string name) =>
        new[] { typeof(FunctionAttribute), typeof(HttpTriggerAttribute), typeof(BlobTriggerAttribute), typeof(ServiceBusTriggerAttribute), typeof(TimerTriggerAttribute) }
            .Select(type => type.Assembly.GetType(name)).First(type => type is not null)!;
}
