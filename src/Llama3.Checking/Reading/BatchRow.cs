using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Checking.Reading.Parts;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>One row of one pass.</summary>
/// <param name="Pass">What was dumped of the pass, of all rows.</param>
/// <param name="Slots">Where the row is in it.</param>
/// <param name="Row0">Where row 0 is in it.</param>
/// <param name="Model">The model that the port ran.</param>
internal sealed record BatchRow(Dump Pass, RowSlots Slots, RowSlots Row0, ModelParams Model)
{
    /// <summary>What a wrong port may read of padding.</summary>
    private static readonly HashSet<ArticleStep> OfPadding =
        [ArticleSteps.k_per_token_rotated, ArticleSteps.v_per_token, ArticleSteps.final_embedding_normalized];

    private RowEntries? _entries;

    /// <summary>The row's ids and positions, whose layout needs no golden.</summary>
    public Dump Described { get; } = new RowEntries(Pass, Slots, Model, (_, _) => null).Row();

    /// <summary>The row, without its padding.</summary>
    /// <param name="golden">What it should be.</param>
    public RowEntries Entries(GoldenCase golden) =>
        _entries ??= new RowEntries(Pass, Slots, Model, (step, layer) => golden.Expected(step, Scope.Layer(layer), ScalarType.Float32));

    /// <summary>[M] int64: the positions that row 0 has in the same slots; null for row 0 itself.</summary>
    public Tensor? PositionsOfRow0 => Slots.Row == 0 ? null : torch.tensor([.. Slots.Own.Select(PositionInRow0)]);

    /// <summary>The padding in this pass and in those before.</summary>
    /// <param name="golden">The pass.</param>
    /// <param name="names">What the names in it stand for.</param>
    /// <param name="order">The order of queries and keys in it.</param>
    /// <param name="earlier">The padding of the passes before; null for a prompt.</param>
    public DumpedPadding Padding(GoldenCase golden, DumpNames names, HalfSplit order, DumpedPadding? earlier)
    {
        return new(Slots, new(() => Read(Slots.Before)), new(() => Read(Slots.After)), earlier);

        DumpedTensors Read(RowSlots padding)
        {
            var dump = Entries(golden).Padding(padding, IsOfPadding);
            var positions = padding.Own.Select(_ => 0L).ToList();
            var context = new ReadingContext(dump, Model, positions, [positions.Count], new HashSet<string>(), (_, _) => null);
            return new(new DumpedResults(Model, new ResultCollector(context, new DumpNames(dump, golden, names)).Collect()), order);
        }
    }

    private static bool IsOfPadding(DumpEntry entry) => TensorName.ParseFused(entry.Name) is not null
        || (TensorName.Parse(entry.Name) is { } name && OfPadding.Contains(name.Alias.Step));

    private long PositionInRow0(long slot) => Row0.Keys.Length - Row0.Own.Length + Math.Max(0, slot - Row0.Own.FirstOrDefault());
}
