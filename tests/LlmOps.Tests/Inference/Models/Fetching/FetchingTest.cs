using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Fetching;
using Microsoft.Extensions.Logging;

namespace LlmOps.Tests.Inference.Models.Fetching;

/// <summary>A cache of its own, and what is needed to fetch into it: in parts of 1,000 bytes, without pauses.</summary>
public abstract class FetchingTest : IDisposable
{
    private readonly string _cache = Directory.CreateTempSubdirectory("model-cache-").FullName;

    internal FetchOptions Options { get; set; }

    internal FetchProgress Progress { get; } = new();

    internal Lines Log { get; } = new();

    internal TimeProvider Clock { get; set; } = TimeProvider.System;

    internal long? Free { get; set; }

    protected string Cache => _cache;

    protected FetchingTest() => Options = new FetchOptions(_cache) { ChunkBytes = 1000, Connections = 2, Tries = 3, FirstPause = TimeSpan.Zero, Reserve = 0 };

    public void Dispose()
    {
        Directory.Delete(_cache, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal Task<string> Fetch(VersionOrigin origin, string? digest = null, CancellationToken cancellation = default) => Fetch(origin.Source, digest, cancellation);

    internal Task<string> Fetch(ModelSource.Origin source, string? digest = null, CancellationToken cancellation = default) =>
        Fetch(source, NamedVersion.Any with { Digest = digest }, cancellation);

    internal Task<string> Fetch(ModelSource.Origin source, NamedVersion named, CancellationToken cancellation = default)
    {
        FetchModel fetch = new(Options, new ConnectOrigin(Options, _ => null, Clock).To, Progress, Clock, Log);
        if (Free is { } free) fetch = new(Options, new ConnectOrigin(Options, _ => null, Clock).To, Progress, Clock, Log) { FreeBytes = _ => free };
        return fetch.Handle(source, named, cancellation);
    }

    internal async Task<string> Refusal(VersionOrigin origin, string? digest = null) =>
        (await Assert.ThrowsAsync<RefusedModelException>(() => Fetch(origin, digest))).Message;

    internal static void Same(VersionOrigin origin, string folder)
    {
        foreach ((string path, byte[] bytes) in origin.Files) Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(folder, path)));
    }

    /// <summary>Nothing that could be taken for a version.</summary>
    protected void AssertNothingServable() => Assert.DoesNotContain(Directory.GetDirectories(_cache), folder => !folder.EndsWith(".part", StringComparison.Ordinal));

    internal sealed class Lines : ILogger<FetchModel>
    {
        private readonly List<string> _lines = [];

        public string Text
        {
            get
            {
                lock (_lines) return string.Join('\n', _lines);
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines) _lines.Add(formatter(state, exception));
        }
    }
}
