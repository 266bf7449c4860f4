using Llama3.Reference;
using Llama3.Reference.Walking;
using Llama3.Verify.Printing.Pictures;
using Spectre.Console;

namespace Llama3.Verify.Pages;

/// <summary>Pictures of a walk's results; with characters instead of colours where the terminal has not enough of them.</summary>
internal sealed class WalkPictures(IAnsiConsole console, Walk walk, WalkStart start)
{
    private const string Indent = "   ";
    private const int MostRows = 20, MostRowsOfOne = 60;

    /// <summary>Piped output has no width of its own, and lines of pictures cannot be wrapped.</summary>
    private const int MostColumns = 120;

    private int Width => Math.Min(console.Profile.Width, MostColumns) - Indent.Length;

    /// <summary>A terminal that knows no escape sequences, as TERM=dumb says, shows none.</summary>
    private ColorSystem Colours => console.Profile.Capabilities is { Ansi: true } able ? able.ColorSystem : ColorSystem.NoColors;

    /// <summary>A small one, if the result can be drawn.</summary>
    public void Show(ArticleStep step, Tensor tensor) => Show(step, tensor, new Frame(Width, MostRows, Colours, MayGrow: false));

    /// <summary>A larger one, if the result can be drawn.</summary>
    public void ShowLarge(ArticleStep step, Tensor tensor) => Show(step, tensor, new Frame(Width, MostRowsOfOne, Colours, MayGrow: true));

    private void Show(ArticleStep step, Tensor tensor, Frame frame)
    {
        if (!Picture.CanBeDrawn(tensor)) { return; }
        var (drawn, axes, remarks) = Laid(tensor, step.shape.Names);
        var picture = new Picture(drawn, frame) { Labels = axes is [.., "T", _] ? Pieces() : [], Remarks = remarks };
        foreach (var line in picture.Lines()) { console.MarkupLine($"{Indent}{line}"); }
    }

    /// <summary>Pairs in line, as complex numbers are; what is said of that, and of the axes whose first slice is drawn.</summary>
    private static (Tensor Drawn, IReadOnlyList<string> Axes, IReadOnlyList<string> Remarks) Laid(Tensor tensor, IReadOnlyList<string> axes)
    {
        if (tensor.dtype == ScalarType.ComplexFloat32) { return (tensor, axes, [.. Slices(tensor, axes), "real and imaginary parts side by side"]); }
        if (axes is not [.., _, _, "2"]) { return (tensor, axes, [.. Slices(tensor, axes)]); }
        var inLine = tensor.reshape([.. tensor.shape[..^2], 2 * tensor.shape[^2]]);
        return (inLine, [.. axes.SkipLast(1)], [.. Slices(inLine, axes), "pairs side by side"]);
    }

    private static IEnumerable<string> Slices(Tensor tensor, IReadOnlyList<string> axes) =>
        tensor.shape.SkipLast(2).Zip(axes, (size, axis) => $"{Name(axis)} 0 of {size}");

    private static string Name(string axis) => axis switch
    {
        "n_heads" => "head",
        "n_kv_heads" => "key/value head",
        _ => axis,
    };

    private IReadOnlyList<string> Pieces() => [.. start.Shown(walk[ArticleSteps.prompt_split_as_tokens, Scope.Article].text!)];
}
