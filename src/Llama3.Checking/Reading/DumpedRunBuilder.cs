using Llama3.Checking.Goldens;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>Makes a dumped run in stages: each needs what those before it have found, and nothing of the run itself.</summary>
/// <param name="dump">What was dumped of the prompt alone, or of one pass.</param>
/// <param name="golden">The prompt, or the pass.</param>
/// <param name="before">What came before; null for the first prompt.</param>
/// <param name="row">The row of a batch that is judged; null without a batch.</param>
internal sealed class DumpedRunBuilder(Dump dump, GoldenCase golden, Preceding? before = null, BatchRow? row = null)
{
    private readonly SortedSet<string> _remarks = new(StringComparer.Ordinal);
    private readonly DumpNames _names = new(dump, golden, before?.Run.Names);

    /// <summary>Makes a run of one row of a batch.</summary>
    /// <exception cref="BadInputException">Nothing in the dump can be judged.</exception>
    public static DumpedRun Build(BatchRow row, GoldenCase golden, Preceding? before) =>
        new DumpedRunBuilder(row.Entries(golden).Row(), golden, before, row).Build();

    /// <summary>Makes the run.</summary>
    /// <exception cref="BadInputException">Nothing in the dump can be judged.</exception>
    public DumpedRun Build()
    {
        var tokens = golden.IsPass ? golden.Tokens : CountTokens();
        var collector = new ResultCollector(Context(tokens), _names);
        var results = new DumpedResults(golden.Model.Checkpoint.Params, collector.Collect());
        RequireResults(results, collector.Unreadable, tokens);
        var rows = new CacheRows(results, tokens, before?.Cache?.Count ?? 0);
        var order = RecogniseOrder(results, rows);
        var padding = row?.Padding(golden, _names, order, before?.Left is null ? before?.Run.Padding : null);
        var walks = Walks(new DumpedTensors(results, order), rows, Others(padding));
        RemarkOnTokens();
        var notes = new DumpNotes(golden.Model.Checkpoint.Params, results, order, _names, collector.Unreadable, _remarks);
        return new DumpedRun(dump, tokens, walks, new DumpedCache(walks, rows, before?.Cache), notes)
        {
            Names = _names,
            Before = before?.Run,
            Padding = padding,
            Slots = row?.Slots,
            Left = Left,
        };
    }

    private long CountTokens()
    {
        var dumped = _names.Known.Where(entry => entry.Name.Alias.Step == ArticleSteps.tokens).ToList();
        if (dumped.Count == 0) { return golden.Tokens; }
        var count = dumped.Exists(entry => entry.Name.Position is not null)
            ? dumped.Count
            : dumped[0].Entry.Shape.Aggregate(1L, (product, size) => product * size);
        return Math.Abs(count - golden.Tokens) <= ReadingContext.OtherTokens
            ? count
            : throw Refusal.OtherTokens(dump, count, golden, ReadingContext.OtherTokens);
    }

    /// <summary>A pass of which nothing can be read is listed; of the prompt something must be left to judge.</summary>
    private void RequireResults(DumpedResults results, IReadOnlyList<Unreadable> unreadable, long tokens)
    {
        if (results.All.Count == 0 && unreadable.Count == 0) { throw Refusal.NothingKnown(dump, golden.IsPass, _names.Unknown); }
        // Nothing is known of a prompt of another length whose ids cannot be read.
        if (!golden.IsPass && (results.All.Count == 0 || (tokens != golden.Tokens && !results.Has(ArticleSteps.tokens, Scope.Article))))
        {
            throw unreadable[0].In(dump);
        }
    }

    private ReadingContext Context(long tokens)
    {
        var own = golden.Positions()?.ToInt64s();
        var positions = own?.Length == tokens ? own : [.. Enumerable.Range(0, (int)tokens).Select(at => golden.FirstPosition + golden.Kept + at)];
        return new ReadingContext(dump, golden.Model.Checkpoint.Params, positions, PossibleKeys(tokens), _remarks, Expected);
    }

    private Tensor? Expected(ArticleStep step, int layer) => golden.Expected(step, Scope.Layer(layer), ScalarType.Float32);

    /// <summary>How many tokens the port may have attended to; the right number comes first.</summary>
    private List<long> PossibleKeys(long tokens)
    {
        if (row is not null && row.Entries(golden).IsPaddingSeen) { return [golden.Kept + tokens, row.Slots.KeySlots]; }
        if (before is null) { return [tokens]; }
        var kept = before.Cache?.Count ?? before.Run.Cache.Count;
        var (right, own) = (golden.Kept + tokens, kept + tokens);
        long[] near = [0, 1, -1, ReadingContext.OtherTokens, -ReadingContext.OtherTokens];
        return [.. near.Select(by => right + by).Concat(near.Select(by => own + by))
            .Concat([golden.Kept, kept, tokens]).Where(keys => keys > 0).Distinct()];
    }

    /// <summary>Tells the order from the tensors as they are: these are read apart from those that are judged.</summary>
    private HalfSplit RecogniseOrder(DumpedResults results, CacheRows rows)
    {
        var asDumped = new DumpedTensors(results, HalfSplit.None);
        return new HalfSplitRecognition(asDumped, Walks(asDumped, rows)).Recognise();
    }

    private DumpWalks Walks(DumpedTensors tensors, CacheRows rows, OtherRows? others = null) => new(golden, tensors, rows, before?.Cache, others);

    /// <summary>All that the run before has left, throughout a run; null where no run came before.</summary>
    private DumpedCache? Left => before?.Left ?? (before?.Cache is null ? null : before.Run.Left);

    private OtherRows? Others(DumpedPadding? padding) => padding is null && Left is null ? null : new OtherRows
    {
        padding = padding?.Count ?? 0,
        padded = (step, layer) => padding?.Rows(step, layer),
        last_slot = step => padding?.LastSlot(step),
        left = Left is { } left ? (cache, layer) => cache == CacheSteps.k_cache ? left.Keys(layer) : left.Values(layer) : null,
        is_first = before?.Left is not null,
        positions_of_row_0 = row?.PositionsOfRow0,
    };

    private void RemarkOnTokens()
    {
        if (golden is { FirstPosition: > 0 and var first, IsPass: false }) { _remarks.Add($"positions count the padding in front: they start at {first}"); }
        if (golden is not { IsPass: true, HasGoldens: false, Walks: null }) { return; }
        _remarks.Add("other tokens than prompt.json's: held against the reference, not against goldens");
    }
}
