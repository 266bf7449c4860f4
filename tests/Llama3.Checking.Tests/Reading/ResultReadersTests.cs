using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Dumps;

namespace Llama3.Checking.Tests.Reading;

/// <summary>Which reader takes the tensors of a result: the first that matches.</summary>
public sealed class ResultReadersTests
{
    [Theory(DisplayName = "the names of the tensors and their shape tell how a result was dumped:")]
    [InlineData(typeof(WholeReader), new[] { "layers.1.q_per_token" }, new long[] { 8, 17, 10 })]
    [InlineData(typeof(HeadsReader), new[] { "layers.1.q_per_token.head0", "layers.1.q_per_token.head1" }, new long[] { 17, 10 })]
    [InlineData(typeof(HeadsReader), new[] { "q_per_token.head0@0", "q_per_token.head0@1" }, new long[] { 10 })]
    [InlineData(typeof(RowsReader), new[] { "layers.1.embedding_delta@0", "layers.1.embedding_delta@1" }, new long[] { 80 })]
    [InlineData(typeof(LastRowReader), new[] { "next_token@16" }, new long[] { })]
    [InlineData(typeof(RotationTablesReader), new[] { "freqs_cos", "freqs_sin" }, new long[] { 17, 5 })]
    [InlineData(typeof(LastTokenReader), new[] { "l_out-2" }, new long[] { 1, 80 })]
    [InlineData(typeof(WholeReader), new[] { "l_out-2" }, new long[] { 17, 80 })]
    [InlineData(typeof(LastTokenReader), new[] { "model.layers.2" }, new long[] { 1, 80 })]
    [InlineData(typeof(LastTokenReader), new[] { "layers.2.layer_0_embedding@16" }, new long[] { 80 })]
    [InlineData(typeof(WholeReader), new[] { "model.layers.1" }, new long[] { 1, 80 })]
    [InlineData(typeof(RowsReader), new[] { "layers.1.layer_0_embedding@16" }, new long[] { 80 })]
    [InlineData(typeof(WholeReader), new[] { "layers.2.k_per_token" }, new long[] { 2, 1, 10 })]
    public void The_first_that_matches(Type reader, string[] names, long[] shape)
    {
        var dump = MemoryDump.Of(names.ToDictionary(name => name, _ => torch.zeros(shape)));
        var entries = dump.Entries.Select(entry => new NamedEntry(TensorName.Parse(entry.Name)!, entry)).ToList();
        var (alias, layer) = (entries[0].Name.Alias, entries[0].Name.Layer);
        var context = new ReadingContext(dump, MicroModel.Micro.Checkpoint.Params, Positions: [.. Enumerable.Range(0, 17).Select(at => (long)at)], Keys: [17], new HashSet<string>(), (_, _) => null);
        ResultReaders.In(context).For(new ResultEntries(alias.Step, layer, entries)).Should().BeOfType(reader);
    }
}
