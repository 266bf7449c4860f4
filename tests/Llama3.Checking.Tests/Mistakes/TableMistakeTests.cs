using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Mistakes;

/// <summary>What tokens get whose position is beyond the table of cosines and sines.</summary>
public sealed class TableMistakeTests
{
    [Theory(DisplayName = "tables: the row that a token behind the end gets:")]
    [InlineData("rope_table_2048", 2047, 2047)]
    [InlineData("rope_table_2048_wrapped", 0, 9)]
    [InlineData("rope_table_4096", 4095, 4095)]
    [InlineData("rope_table_4096_wrapped", 0, 9)]
    [InlineData("rope_table_8192", 8191, 8191)]
    [InlineData("rope_table_8192_wrapped", 0, 9)]
    public void Rows(string name, long first, long tenth)
    {
        var end = long.Parse(name.Split('_')[2]);
        using var walk = At(0, end - 1, end, end + 9).With(Find(name).Wrong);
        // The first pair rotates by 1 radian per position.
        walk[ArticleSteps.freqs_for_each_token, Scope.Article].tensor.ToSingles().Chunk(5).Select(pairs => pairs[0]).Should().Equal(0, end - 1, first, tenth);
    }

    [Theory(DisplayName = "tables: cosine and sine are 0 behind the end:")]
    [InlineData(2048)]
    [InlineData(4096)]
    [InlineData(8192)]
    public void Zero(long end)
    {
        using Walk right = At(0, end - 1, end, end + 9), wrong = right.With(Find($"rope_table_{end}_zero").Wrong);
        float[] expected = torch.view_as_real(right[ArticleSteps.freqs_cis, Scope.Article].tensor).ToSingles(), actual = torch.view_as_real(wrong[ArticleSteps.freqs_cis, Scope.Article].tensor).ToSingles();
        actual.Should().Equal([.. expected[..20], .. new float[20]]);
    }

    [Theory(DisplayName = "tables: a mistake is tried where a position is beyond the table, and nowhere else:")]
    [InlineData(512, 0)]
    [InlineData(2048, 3)]
    [InlineData(2049, 6)]
    [InlineData(8192, 9)]
    [InlineData(8193, 12)]
    public void Tried(long positions, int count) =>
        KnownMistakes.On(MicroModel.Micro.Checkpoint.Params, positions).Intersect(TableMistakes.All).Should().HaveCount(count);

    private static Walk At(params long[] positions) =>
        new(MicroModel.Micro.Checkpoint, "", float32) { positions = torch.tensor(positions), pass = CachePasses.First(torch.tensor([1L, 2, 3, 4])) };

    private static KnownMistake Find(string name) => TableMistakes.All.Single(mistake => mistake.Name == name);
}
