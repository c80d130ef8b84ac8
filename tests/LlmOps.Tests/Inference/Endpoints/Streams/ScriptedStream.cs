using System.Text.Json;
using LlmOps.Inference;
using LlmOps.Inference.Endpoints;
using LlmOps.Inference.Endpoints.OpenInference;
using LlmOps.Inference.Endpoints.Streams;
using LlmOps.Inference.Endpoints.Tools;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Tokenization;
using Microsoft.AspNetCore.Http;

namespace LlmOps.Tests.Inference.Endpoints.Streams;

/// <summary>A request that is understood as the server does, and answered by tokens of the test's choice instead of a model's.</summary>
internal sealed class ScriptedStream
{
    private static readonly Envelope Envelope = new("id-1", 1700000000, "tiny-ops", "tiny-ops@1.1.0");
    private static readonly ServedModel Served = ReadServedModel.From(Samples.Open(), "blue", TimeProvider.System) with
    {
        Template = ChatTemplate.Parse("{}", TimeProvider.System, ToolTests.Template),
        ToolFormat = ToolFormat.Tagged,
    };

    private readonly Protocol _protocol;
    private readonly ParsedRequest _request;
    private readonly List<Generation> _generations;

    public ScriptedStream(string endpoint, string body)
    {
        _protocol = endpoint == "generate_stream" ? new Protocol("oip", OpenInferenceErrors.Of, Read(endpoint)) : Protocol.OpenAi("x", Read(endpoint));
        Parsed parsed = _protocol.Read(Served, JsonElement.Parse(body), Envelope);
        Assert.True(parsed.Request is not null, parsed.Error?.Message);
        _request = parsed.Request;
        _generations = [.. _request.Choices.Select(choice => new Generation(choice.Request, 0, default) { ReusedCount = 3 })];
    }

    public static int[] Tokens(string text) => Served.Tokenizer.Encode(text);

    /// <summary>Answers a choice, up to a stop string.</summary>
    public ScriptedStream Answer(int choice, IEnumerable<int> tokens, FinishReason finish = FinishReason.Stop, Exception? error = null)
    {
        GenerationRequest asked = _request.Choices[choice].Request;
        if (asked.ScorePrompt) _generations[choice].PromptScores.AddRange(asked.Prompt.Skip(1).Select(Score));
        int generated = 0;
        foreach (int token in tokens)
        {
            Transcribed text = asked.Transcribe(token);
            _generations[choice].Emit(new GeneratedToken(token, text, asked.Likeliest is null ? null : Score(token)));
            generated++;
            if (text.Ended) break;
        }
        _generations[choice].End(finish, generated, error);
        return this;
    }

    /// <summary>Writes the stream.</summary>
    public async Task Write(HttpContext http)
    {
        using AnswerStream stream = new(http, _protocol, _request, _generations, null);
        await stream.Write();
    }

    /// <summary>All that is written.</summary>
    public async Task<byte[]> Written()
    {
        DefaultHttpContext http = new();
        using MemoryStream body = new();
        http.Response.Body = body;
        await Write(http);
        return body.ToArray();
    }

    private static TokenScore Score(int token) => new(token, -0.25f, [(token, -0.25f), (token + 1, -2.5f)]);

    private static Func<ServedModel, JsonElement, Envelope, Parsed> Read(string endpoint) => endpoint switch
    {
        "chat" => (served, body, envelope) => new ReadChatRequest(served).Read(body, envelope),
        "completions" => (served, body, envelope) => new ReadCompletionRequest(served).Read(body, envelope),
        _ => (served, body, envelope) => new ReadTextRequest(served).Generate(body, envelope, stream: true),
    };
}
