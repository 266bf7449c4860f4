using Llama3.Checking.Goldens;
using Llama3.Reference.Walking;
using Llama3.Verify.Html.Report;

namespace Llama3.Verify.Tests.Html.Report;

/// <summary>How large tensors become small pictures.</summary>
public sealed class PictureBlocksTests
{
    [Fact(DisplayName = "pictures: of a block, port and expected are shown at the place where they differ most")]
    public void Blocks()
    {
        var (port, expected) = (new float[300 * 300], new float[300 * 300]);
        expected[7 * 300 + 4] = 9;
        port[7 * 300 + 4] = 9;
        (port[8 * 300 + 5], expected[8 * 300 + 5]) = (1, 3);
        (port[299 * 300 + 299], expected[299 * 300 + 299]) = (float.NaN, float.NegativeInfinity);
        var blocks = new PictureBlocks(Layout("T T", torch.zeros([300, 300])));
        (blocks.Height, blocks.Width, blocks.Rows.Length, blocks.Columns.Length).Should().Be((5, 3, 60, 100));
        var cells = blocks.Cells(port, expected, 0).ToList();
        cells.Should().HaveCount(6000);
        cells[1 * 100 + 1].Should().Be(new PictureCell(1, 3), "that is further off than the 9 that agrees");
        cells[1 * 100 + 1].Difference.Should().Be(-2);
        cells[^1].Difference.Should().Be(float.NaN);
        cells.Count(cell => cell.Difference == 0).Should().Be(5998);
        (blocks.Rows[1], blocks.Columns[99]).Should().Be(("5–9", "297–299"));
    }

    [Fact(DisplayName = "pictures: a long row is folded where nothing is left over; a vocabulary of 128,256 fits")]
    public void Folded()
    {
        var micro = Layout("vocab_size", torch.zeros([4148]));
        (micro.Rows.Length, micro.Columns.Length, micro.Rows[1]).Should().Be((34, 122, "122–243"));
        var large = new PictureBlocks(Layout("vocab_size", torch.zeros([128256])));
        (large.Rows.Length, large.Columns.Length, large.Rows[0], large.Height).Should().Be((63, 128, "0–2047", 16));
        var prime = new PictureBlocks(Layout("vocab_size", torch.zeros([32003])));
        (prime.Rows.Length, prime.Columns.Length).Should().Be((1, 128));
        var all = Enumerable.Range(0, 32003).Select(at => (float)at).ToArray();
        prime.Cells(all, new float[32003], 0).Last().Port.Should().Be(32002);
    }

    [Fact(DisplayName = "pictures: parts of numbers and heads are chosen, wherever they lie in the tensor")]
    public void Fronts()
    {
        var pairs = Layout("n_heads T head_dim/2 2", torch.zeros([8, 17, 5, 2]));
        pairs.Front.Select(axis => $"{axis.Name} {axis.Length} {axis.Stride}").Should().Equal("head 8 170", "part 2 1");
        (pairs.Rows.Stride, pairs.Columns.Stride, pairs.Offset([3, 1])).Should().Be((10, 2, 511));
        var numbers = Enumerable.Range(0, 8 * 17 * 5 * 2).Select(at => (float)at).ToArray();
        new PictureBlocks(pairs).Cells(numbers, numbers, pairs.Offset([3, 1])).Take(3).Select(cell => cell.Port).Should().Equal(511, 513, 515);
        PictureLayout.Of(new Shape(""), torch.tensor(1f), MicroModel.Micro.Article).Should().BeNull("a single number is told");
    }

    private static PictureLayout Layout(string shape, Tensor tensor) => PictureLayout.Of(new Shape(shape), tensor, MicroModel.Micro.Article)!;
}
