using System.Text;
using LlmOps.Inference.Engine;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Inference.Endpoints.Streams;

/// <summary>Every byte of streamed answers, compared with files that were written when each event was still serialised as an object.</summary>
public sealed class StreamWireTests
{
    private const string Odd = "Grüße, \"日本語\" \\ 👩‍🚀 <b>&'+\t\u007f\u2028\u0001\r\nEnd";
    private const string Messages = "\"model\":\"tiny-ops\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":true";
    private const string Usage = "\"stream_options\":{\"include_usage\":true}";
    private const string Tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"now\"}}]";

    [Fact]
    public Task Chat_in_any_script_with_usage() => Check("chat", new ScriptedStream("chat", $"{{{Messages},{Usage}}}").Answer(0, ScriptedStream.Tokens(Odd)));

    [Fact]
    public Task Chat_of_two_choices_that_stop_at_strings() => Check("chat-n-stop", new ScriptedStream("chat", $"{{{Messages},{Usage},\"n\":2,\"stop\":[\"zebra\",\"e is\"]}}")
        .Answer(0, ScriptedStream.Tokens("The zebu in Greece is here"))
        .Answer(1, ScriptedStream.Tokens("A zebr"), FinishReason.Length));

    [Fact]
    public Task Chat_with_probabilities() =>
        Check("chat-logprobs", new ScriptedStream("chat", $"{{{Messages},\"logprobs\":true,\"top_logprobs\":2}}").Answer(0, ScriptedStream.Tokens("Höhe 😀")));

    [Fact]
    public Task Chat_that_calls_a_function() => Check("chat-tools", new ScriptedStream("chat", $"{{{Messages},{Tools},\"n\":3}}")
        .Answer(0, ScriptedStream.Tokens("I look < here. <tool_call>\n{\"name\": \"now\", \"arguments\": {\"x\": \"ü\"}}\n</tool_call>"))
        .Answer(1, ScriptedStream.Tokens("No <tool_ and no call"))
        .Answer(2, ScriptedStream.Tokens("<tool_call>{\"name\": \"now\"}</tool_call><tool_call>{\"name\": \"now\"}</tool_call>")));

    [Fact]
    public Task Chat_that_fails_on_the_way() =>
        Check("chat-error", new ScriptedStream("chat", $"{{{Messages}}}").Answer(0, ScriptedStream.Tokens("Half"), FinishReason.Error, new TimeoutException("no answer within 1 s")));

    [Fact]
    public Task Chat_without_a_word() => Check("chat-empty", new ScriptedStream("chat", $"{{{Messages},{Usage}}}").Answer(0, []));

    [Fact]
    public Task Completion_that_ends_within_a_character() => Check(
        "completions", new ScriptedStream("completions", $"{{\"model\":\"tiny-ops\",\"prompt\":[\"Ä\",\"B\"],\"echo\":true,\"stream\":true,{Usage}}}")
            .Answer(0, ScriptedStream.Tokens("is \"😀")[..^1], FinishReason.Length)
            .Answer(1, ScriptedStream.Tokens(Odd)));

    [Fact]
    public Task Completion_with_probabilities() => Check(
        "completions-logprobs", new ScriptedStream("completions", "{\"model\":\"tiny-ops\",\"prompt\":\"Äh\",\"echo\":true,\"logprobs\":2,\"stream\":true}").Answer(0, ScriptedStream.Tokens("so 😀")));

    [Fact]
    public Task Text_of_the_open_inference_protocol() => Check(
        "generate", new ScriptedStream("generate_stream", "{\"text_input\":\"Hi\",\"parameters\":{\"stop\":[\"\\n\\n\"]}}").Answer(0, ScriptedStream.Tokens(Odd + "\n\nmore")));

    private static async Task Check(string name, ScriptedStream stream)
    {
        string path = Repository.At("tests", "LlmOps.Tests", "Inference", "Endpoints", "Streams", name + ".txt");
        byte[] written = await stream.Written();
        Assert.Equal(await File.ReadAllTextAsync(path, Encoding.UTF8), Encoding.UTF8.GetString(written));
    }
}
