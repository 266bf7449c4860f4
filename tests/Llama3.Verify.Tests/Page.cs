using Spectre.Console;

namespace Llama3.Verify.Tests;

/// <summary>What a page looks like in a terminal of some width, without colours.</summary>
internal static class Page
{
    public static string[] Lines(int width, Action<IAnsiConsole> show)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = width;
        show(console);
        return text.ToString().ReplaceLineEndings("\n").Split('\n');
    }
}
