using System.Text;
using Llama3.Verify.Shell;
using Spectre.Console;

namespace Llama3.Verify.Printing;

/// <summary>The console that pages are written to: coloured in a terminal unless NO_COLOR is set, plain and unwrapped when piped.</summary>
internal static class Terminal
{
    private const int Unwrapped = 10_000;

    /// <summary>Text is written as UTF-8, without a byte order mark.</summary>
    public static void UseUtf8() => Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>A writer for text that programs read: UTF-8, line ends of Unix, written when it is flushed.</summary>
    public static TextWriter Output() => new StreamWriter(StandardStreams.Output(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))
    {
        NewLine = "\n",
    };

    public static IAnsiConsole Create()
    {
        UseUtf8();
        if (!Console.IsOutputRedirected) { return AnsiConsole.Console; }
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = Unwrapped;
        return console;
    }
}
