using Llama3.Checking.Goldens;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Llama3.Verify.Pages;
using Spectre.Console;

namespace Llama3.Verify.Tests.Pages;

/// <summary>Pictures of a walk in terminals of some kinds.</summary>
public sealed class WalkPicturesTests
{
    private const string Allowed = "68;1;84", Forbidden = "128;128;128";

    [Fact(DisplayName = "pictures of a walk: in a terminal with colours, the mask is one colour and grey, a line for each token")]
    public void In_colours()
    {
        var lines = Shown(AnsiSupport.Yes, ColorSystemSupport.TrueColor, width: 80, (pictures, step, tensor) => pictures.ShowLarge(step, tensor));
        lines.Should().HaveCount(4);
        lines.Should().StartWith([
            $"   {Cells(2, Allowed)}{Cells(4, Forbidden)} {Dim("\"<|begin_of…")}",
            $"   {Cells(4, Allowed)}{Cells(2, Forbidden)} {Dim("\"the\"")}",
            $"   {Cells(6, Allowed)} {Dim("\" capital\"")}"]);
        lines[3].Should().StartWith("   the brighter the more: least 0.0000 ").And.EndWith(" grey: -inf");
    }

    [Theory(DisplayName = "pictures of a walk: no colours, and no escape sequence, in a terminal without them:")]
    [InlineData(AnsiSupport.No, ColorSystemSupport.TrueColor)]
    [InlineData(AnsiSupport.No, ColorSystemSupport.NoColors)]
    public void Without_colours(AnsiSupport ansi, ColorSystemSupport colours) =>
        Shown(ansi, colours, width: 80, (pictures, step, tensor) => pictures.Show(step, tensor)).Should().Equal(
            "   | xx| \"<|begin_of…", "   |  x| \"the\"", "   |   | \" capital\"",
            "   \" ·:-=+*#%@\" magnitudes 0 to 0.0000: least 0.0000, most 0.0000; x: -inf");

    private static string Cells(int count, string colour) => $"\u001b[38;2;{colour};48;2;{colour}m{new string('▀', count)}\u001b[0m";

    private static string Dim(string text) => $"\u001b[2m{text}\u001b[0m";

    private static string[] Shown(AnsiSupport ansi, ColorSystemSupport colours, int width, Action<WalkPictures, ArticleStep, Tensor> show)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = ansi, ColorSystem = colours, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = width;
        var start = new WalkStart(MicroModel.Micro.Checkpoint, "the capital", null);
        using var walk = start.Walk(ScalarType.Float32, _ => { });
        show(new WalkPictures(console, walk, start), ArticleSteps.mask, walk[ArticleSteps.mask, Scope.Article].tensor);
        return text.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }
}
