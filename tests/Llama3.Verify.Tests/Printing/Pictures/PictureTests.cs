using Llama3.Verify.Printing.Pictures;
using Spectre.Console;

namespace Llama3.Verify.Tests.Printing.Pictures;

/// <summary>Heat maps in a terminal.</summary>
public sealed class PictureTests
{
    private const string Purple = "#440154", Teal = "#21918C", Yellow = "#FDE725", Blue = "#054296", White = "#F5F5F5", Orange = "#BD5400";
    private const float Inf = float.PositiveInfinity;

    [Fact(DisplayName = "pictures: two rows of numbers are one line of half-blocks, the upper in the colour of the letter, the lower behind it")]
    public void Half_blocks() => Coloured(Rows(2, 0, 1, 2, 1)).Should().Equal(
        $"[{Purple} on {Yellow}]▀[/][{Teal} on {Teal}]▀[/]",
        $"the brighter the more: least 0.0000 [{Purple}]■[/], most 2.0000 [{Yellow}]■[/]");

    [Fact(DisplayName = "pictures: of an odd number of rows, the last line has upper halves alone; [n] is one row")]
    public void One_row() => Coloured(torch.tensor(new[] { 1f, 3, 5 }))[0].Should().Be($"[{Purple}]▀[/][{Teal}]▀[/][{Yellow}]▀[/]");

    [Fact(DisplayName = "pictures: where a number is below 0, 0 is white, and a colour is as strong to either side of it")]
    public void Below_zero() => Coloured(torch.tensor(new[] { -4f, 0, 2, 4 })).Should().Equal(
        $"[{Blue}]▀[/][{White}]▀[/][#F7A454]▀[/][{Orange}]▀[/]",
        $"blue below 0, orange above: least -4.0000 [{Blue}]■[/], most 4.0000 [{Orange}]■[/]");

    [Fact(DisplayName = "pictures: -inf is grey; NaN and +inf are red; neither moves the scale, and the legend names them where there are any")]
    public void Not_finite() => Coloured(torch.tensor(new[] { 0f, -Inf, float.NaN, Inf, 1 })).Should().Equal(
        $"[{Purple}]▀[/][#808080]▀[/][#FF0000]▀[/][#FF0000]▀[/][{Yellow}]▀[/]",
        $"the brighter the more: least 0.0000 [{Purple}]■[/], most 1.0000 [{Yellow}]■[/]; [#808080]■[/] grey: -inf; [#FF0000]■[/] red: NaN or inf");

    [Fact(DisplayName = "pictures: numbers that are all the same, or none of which is finite, are drawn too")]
    public void No_range()
    {
        Coloured(torch.tensor(new[] { 3f, 3 }))[0].Should().Be($"[{Purple}]▀[/][{Purple}]▀[/]");
        Coloured(torch.tensor(new[] { -Inf, -Inf }))[1].Should().EndWith("; [#808080]■[/] grey: -inf");
    }

    [Fact(DisplayName = "pictures: in 256 colours no number has a shade of grey, which is that of -inf")]
    public void In_256_colours()
    {
        var line = new Picture(torch.tensor([.. Enumerable.Range(0, 90).Select(i => (float)i)]), new Frame(100, 20, ColorSystem.EightBit, MayGrow: false)).Lines().First();
        var colours = line.Split("▀[/]", StringSplitOptions.RemoveEmptyEntries).Select(cell => Convert.FromHexString(cell.AsSpan(2, 6)));
        colours.Should().HaveCount(90).And.OnlyContain(colour => colour.Distinct().Count() > 1);
    }

    [Fact(DisplayName = "pictures: without colours each number is a character, the darker the larger its magnitude; blank is 0 and nothing else")]
    public void Characters() => Plain(Rows(2, 0, 0.001f, -4.5f, 9, -Inf, float.NaN)).Should().Equal(
        "| ·+|",
        "|@x?|",
        "\" ·:-=+*#%@\" magnitudes 0 to 9.0000: least -4.5000, most 9.0000; x: -inf; ?: NaN or inf");

    [Fact(DisplayName = "pictures: sixteen colours are too few; characters take their place")]
    public void Sixteen_colours() =>
        new Picture(Rows(1, 1), new Frame(40, 20, ColorSystem.Standard, MayGrow: false)).Lines().First().Should().Be("|@|");

    [Fact(DisplayName = "pictures: a cell of a large tensor is the number of largest magnitude in a block, -inf and NaN included, and that is said")]
    public void Reduced()
    {
        var tensor = Rows(3, [.. Enumerable.Repeat(1f, 20), .. Enumerable.Repeat(0f, 19), -9, .. Enumerable.Repeat(0f, 18), -Inf, float.NaN]);
        Drawn(tensor, new Frame(Width: 12, MostRows: 2, ColorSystem.NoColors, MayGrow: false)).Should().StartWith([
            "|·········@|",
            "|         ?|",
            "each cell is the largest in magnitude of 2 × 2 numbers"]);
    }

    [Fact(DisplayName = "pictures: of leading axes the first slice is drawn; complex numbers lie in line, real and imaginary part")]
    public void Axes()
    {
        Plain(torch.tensor(new[] { 0f, 9, 9, 0, 1, 1, 1, 1 }).reshape(2, 2, 2)).Should().StartWith(["| @|", "|@ |"]);
        Plain(torch.view_as_complex(torch.tensor(new[] { 0f, 9, 9, 0 }).reshape(1, 2, 2)))[0].Should().Be("| @@ |");
    }

    [Fact(DisplayName = "pictures: labels stand behind their rows, shortened to fit, and remarks beneath; brackets are no markup")]
    public void Labels()
    {
        var picture = new Picture(Rows(3, 1, 1, 1), new Frame(60, 20, ColorSystem.TrueColor, MayGrow: false))
        {
            Labels = ["\"[a]\"", "\" everything\"", "\"b\""],
            Remarks = ["head 0 of 8"],
        };
        picture.Lines().Should().StartWith([
            $"[{Purple} on {Purple}]▀[/] [dim]\"[[a]]\"[/] [dim]\" everythin…[/]",
            $"[{Purple}]▀[/] [dim]\"b\"[/]",
            "[dim]head 0 of 8[/]"]);
    }

    [Fact(DisplayName = "pictures: a row of several tokens has the label of the first")]
    public void Labels_of_several_rows() =>
        new Picture(Rows(4, 1, 1, 1, 1), new Frame(60, 2, ColorSystem.NoColors, MayGrow: false)) { Labels = ["a", "b", "c", "d"] }.Lines()
            .Should().StartWith(["|@| [dim]a[/]", "|@| [dim]c[/]"]);

    [Fact(DisplayName = "pictures: where there is room each number takes two rows and two columns, so that each row has a line and a label")]
    public void Grown() =>
        new Picture(Rows(2, 0, 1), new Frame(60, 20, ColorSystem.TrueColor, MayGrow: true)) { Labels = ["a", "b"] }.Lines().Should().StartWith([
            $"[{Purple} on {Purple}]▀[/][{Purple} on {Purple}]▀[/] [dim]a[/]",
            $"[{Yellow} on {Yellow}]▀[/][{Yellow} on {Yellow}]▀[/] [dim]b[/]"]);

    [Theory(DisplayName = "pictures: labels are at most twelve columns wide, and no character is cut:")]
    [InlineData("\" everything\"", "\" everythin…")]
    [InlineData("123456789012", "123456789012")]
    [InlineData("中中中中中中中", "中中中中中…")]
    [InlineData("1234👨‍👩‍👧👨‍👩‍👧", "1234…")]
    [InlineData("", "")]
    public void Shortened(string text, string label) => Label.Shortened(text).Should().Be(label);

    [Fact(DisplayName = "pictures: there is none of a single number, of ids of tokens and of nothing")]
    public void None()
    {
        Picture.CanBeDrawn(torch.tensor(1f)).Should().BeFalse();
        Picture.CanBeDrawn(torch.tensor(new long[] { 1, 2 })).Should().BeFalse();
        Picture.CanBeDrawn(torch.zeros(0, 3)).Should().BeFalse();
        Picture.CanBeDrawn(torch.tensor(new[] { 1f })).Should().BeTrue();
    }

    private static Tensor Rows(int count, params float[] numbers) => torch.tensor(numbers).reshape(count, numbers.Length / count);

    private static string[] Coloured(Tensor tensor) => Drawn(tensor, new Frame(40, 20, ColorSystem.TrueColor, MayGrow: false));

    private static string[] Plain(Tensor tensor) => Drawn(tensor, new Frame(40, 20, ColorSystem.NoColors, MayGrow: false));

    private static string[] Drawn(Tensor tensor, Frame frame) => [.. new Picture(tensor, frame).Lines().Select(Undimmed)];

    private static string Undimmed(string line) => line.StartsWith("[dim]", StringComparison.Ordinal) ? line[5..^3] : line;
}
