using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Names;

/// <summary>What whoever adds a name may forget.</summary>
public sealed class AliasTests
{
    private const string Number = "{n}";

    private static IEnumerable<Alias> OfOthers => Aliases.All.Where(alias => alias.Convention.Length > 0);

    [Fact(DisplayName = "no name stands for two steps, or for one and for several side by side")]
    public void No_name_twice() =>
        Aliases.All.Select(alias => alias.Template).Concat(Aliases.Fused.Select(alias => alias.Template)).Should().OnlyHaveUniqueItems();

    [Fact(DisplayName = "every name of several results is read as theirs, with the number of the layer, and as that of no single one")]
    public void Every_fused_name_is_read() => Aliases.Fused.Should().AllSatisfy(alias =>
    {
        var name = alias.Template.Replace(Number, "12", StringComparison.Ordinal);
        (TensorName.ParseFused(name), TensorName.ParseFused($"{name}.output"), TensorName.Parse(name)).Should().Be(((alias, 12), (alias, 12), null));
    });

    [Theory(DisplayName = "every name is read as its step, layer, head and position, with the ending:")]
    [InlineData("", null, null)]
    [InlineData(".output", null, null)]
    [InlineData(".head3", 3, null)]
    [InlineData("@16", null, 16)]
    [InlineData(".output.head3@16", 3, 16)]
    public void Every_name_is_read(string ending, int? head, int? position)
    {
        foreach (var alias in Aliases.All)
        {
            var layer = alias.Template.Contains(Number, StringComparison.Ordinal) ? 12 : (int?)null;
            var name = alias.Template.Replace(Number, "12", StringComparison.Ordinal) + ending;
            TensorName.Parse(name).Should().Be(new TensorName(alias, layer, head, position), name);
        }
    }

    [Fact(DisplayName = "a name that others give has the number of the layer exactly where a step is computed in every layer")]
    public void Numbers_of_layers() => OfOthers.Should().AllSatisfy(alias =>
        alias.Template.Split(Number).Should().HaveCount(alias.Step.repeats == Repeats.Once ? 1 : 2, alias.Template));

    [Fact(DisplayName = "every name is that of something that can be dumped")]
    public void Dumpable() => OfOthers.Should().AllSatisfy(alias =>
    {
        Aliases.DumpableWithCache.Should().Contain(alias.Step, alias.Template);
        alias.Step.dtype.Should().NotBeNull("{0} is a tensor, not text", alias.Template);
    });

    [Fact(DisplayName = "cosines and sines are named in pairs, and are those of freqs_cis")]
    public void Tables_in_pairs()
    {
        var tables = Aliases.All.Where(alias => alias.Part != AliasPart.Whole).ToList();
        tables.Should().OnlyContain(alias => alias.Step == ArticleSteps.freqs_cis);
        tables.GroupBy(alias => alias.Convention).Should().AllSatisfy(
            convention => convention.Select(alias => alias.Part).Should().BeEquivalentTo([AliasPart.Cosines, AliasPart.Sines], convention.Key));
    }

    [Fact(DisplayName = "docs/dump-names.md lists every name that others give, in the row of its step and the column of who gives it")]
    public void Documented()
    {
        var table = Table();
        foreach (var alias in OfOthers)
        {
            table.Should().ContainKey((alias.Step.id, alias.Convention), alias.Template);
            table[(alias.Step.id, alias.Convention)].Should().Contain($"`{alias.Template}`", "LLAMA3_REWRITE_README=1 dotnet test rewrites it");
        }
    }

    /// <summary>The cells of the generated table, by step id and heading.</summary>
    private static Dictionary<(string Id, string Convention), string> Table()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "dump-names.md"));
        var rows = text.Split("<!-- generated: names -->\n")[1].Split("\n<!-- end -->")[0].Split('\n').Select(Cells).ToList();
        return rows.Skip(2)
            .SelectMany(row => rows[0].Zip(row).Skip(1).Select(cell => (Id: row[0].Trim('`'), Convention: cell.First, Text: cell.Second)))
            .ToDictionary(cell => (cell.Id, cell.Convention), cell => cell.Text);
    }

    private static string[] Cells(string row) => [.. row.Split('|')[1..^1].Select(cell => cell.Trim())];
}
