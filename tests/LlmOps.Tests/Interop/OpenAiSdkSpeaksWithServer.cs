using System.Text.Json.Nodes;
using LlmOps.Tests.Inference;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Interop;

public sealed class OpenAiSdkSpeaksWithServer(TinyOpsServer server) : IClassFixture<TinyOpsServer>
{
    private const string Answer = "The capital of Greece is Athens.";

    [RequiresFact(Tool.OpenAiSdk)]
    public async Task Openai_sdk_chats_completes_streams_and_understands_every_error()
    {
        string script = Repository.At("tests", "LlmOps.Tests", "Interop", "chat.mjs");
        (int exitCode, string output) = await Command.Run("node", [script, server.Url]);
        Assert.True(exitCode == 0, output);
        JsonNode seen = JsonNode.Parse(output)!;

        Assert.Equal("tiny-ops", (string?)seen["models"]![0]);
        Assert.Equal("tiny-ops", (string?)seen["model"]);
        Assert.Equal(Answer, (string?)seen["whole"]);
        Assert.Equal("stop", (string?)seen["finish"]);
        Assert.Equal(2, (int?)seen["likeliest"]);
        Assert.Equal(Answer, (string?)seen["streamed"]);
        Assert.Equal(Answer, (string?)seen["accumulated"]);
        Assert.True(JsonNode.DeepEquals(seen["usage"], seen["streamedUsage"]));
        Assert.Equal("<|bos|><|user|>What is 12 + 30?<|eos|><|assistant|>42", (string?)seen["completion"]);
        Assert.Equal(16, (int?)seen["completionTokens"]);
        Assert.Equal("42", (string?)seen["completionStreamed"]);

        AssertError(seen, "unknownModel", "NotFoundError", 404, "model_not_found", "model");
        AssertError(seen, "noMessages", "BadRequestError", 400, null, "messages");
        AssertError(seen, "tooLong", "BadRequestError", 400, "context_length_exceeded", "messages");
        AssertError(seen, "wrongType", "BadRequestError", 400, null, "temperature");
    }

    private static void AssertError(JsonNode seen, string name, string kind, int status, string? code, string param)
    {
        JsonNode error = seen["errors"]![name]!;
        Assert.Equal((kind, status, code, param), ((string?)error["kind"], (int)error["status"]!, (string?)error["code"], (string?)error["param"]));
    }
}
