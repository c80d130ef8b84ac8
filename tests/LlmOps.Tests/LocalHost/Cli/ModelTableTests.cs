using System.Text.Json;
using LlmOps.LocalHost.Cli;
using LlmOps.Ports;
using LlmOps.Registry;
using LlmOps.Tests.ControlPlane;
using LlmOps.Tests.Fakes;
using Spectre.Console;

namespace LlmOps.Tests.LocalHost.Cli;

public sealed class ModelTableTests
{
    [Fact]
    public async Task A_model_that_went_over_http_is_shown_whole_and_nothing_in_it_is_markup()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.Get<SetTag>().Handle("tiny-ops", new TagWish("owner", "[red]ada[/]\u001b[2J", "ada", "tests", "2"), default);
        await loop.Get<SetAlias>().Handle("tiny-ops", new AliasWish("nightly", "2", "ada", "[blink]"), default);
        string json = JsonSerializer.Serialize(await loop.Get<ShowModels>().Handle("tiny-ops", default), Wire.Json);
        ModelView model = JsonSerializer.Deserialize<ModelView>(json, Wire.Json)!;

        using StringWriter shown = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(shown) });
        console.Profile.Width = 400;
        console.Write(ModelTable.Of([model]));
        ModelTable.Show(model, console);

        string text = shown.ToString();
        Assert.All(
            ["champion, nightly", "owner=[red]ada[/]", "[blink]", "tiny-ops@1.1.0/promoted", $"promoted {model.Versions[0].Lineage.PromotedIn![..12]}", "pass"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', text);
        Assert.Equal(json, JsonSerializer.Serialize(model, Wire.Json));
    }
}
