using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;

namespace Llama3.Checking.Reading;

/// <summary>Makes a dumped run in stages: each needs what those before it have found, and nothing of the run itself.</summary>
/// <param name="dump">What was dumped of the prompt alone, or of one pass.</param>
/// <param name="golden">The prompt, or the pass.</param>
/// <param name="before">The pass before, or the prompt; null for the prompt itself.</param>
internal sealed class DumpedRunBuilder(Dump dump, GoldenCase golden, DumpedRun? before = null)
{
    /// <summary>How many tokens a port may have put in front of the prompt or after it, or forgotten, and still be judged.</summary>
    private const int OtherTokens = 2;

    private readonly SortedSet<string> _remarks = [];

    /// <summary>Makes the run.</summary>
    /// <exception cref="BadInputException">No tensor has a known name, or one has a shape or dtype that its step cannot have.</exception>
    public DumpedRun Build()
    {
        var unknown = UnknownNames();
        var tokens = golden.IsPass ? golden.Tokens : CountTokens();
        var results = Collect(tokens);
        if (results.All.Count == 0) { throw Refusal.NothingKnown(dump, golden.IsPass, unknown); }
        var rows = new CacheRows(results, tokens, before?.Cache.Rows);
        var order = RecogniseOrder(results, rows);
        var walks = Walks(new DumpedTensors(results, order), rows);
        RemarkOnTokens();
        var notes = new DumpNotes(results, order, unknown, _remarks);
        return new DumpedRun(dump, tokens, walks, new DumpedCache(walks, rows, before?.Cache), notes);
    }

    private List<string> UnknownNames() => [.. dump.Entries.Select(entry => entry.Name).Where(name => TensorName.Parse(name) is null)];

    private long CountTokens()
    {
        var dumped = dump.Entries.Where(entry => TensorName.Parse(entry.Name)?.Alias.Step == ArticleSteps.tokens).ToList();
        if (dumped.Count == 0) { return golden.Tokens; }
        var count = dumped is [var only] && TensorName.Parse(only.Name)!.Position is null
            ? only.Shape.Aggregate(1L, (product, size) => product * size)
            : dumped.Count;
        return Math.Abs(count - golden.Tokens) <= OtherTokens ? count : throw Refusal.OtherTokens(dump, count, golden, OtherTokens);
    }

    private DumpedResults Collect(long tokens)
    {
        var model = golden.Model.Checkpoint.Params;
        var context = new ReadingContext(dump, model, tokens, PossibleKeys(tokens), _remarks);
        return new DumpedResults(model, new ResultCollector(context).Collect());
    }

    /// <summary>How many tokens the port may have attended to; the right number comes first.</summary>
    private List<long> PossibleKeys(long tokens)
    {
        if (before is null) { return [tokens]; }
        var kept = before.Cache.Rows.Count;
        var (right, own) = (golden.Kept + tokens, kept + tokens);
        long[] near = [0, 1, -1, OtherTokens, -OtherTokens];
        return [.. near.Select(by => right + by).Concat(near.Select(by => own + by))
            .Concat([golden.Kept, kept, tokens]).Where(keys => keys > 0).Distinct()];
    }

    /// <summary>Tells the order from the tensors as they are: these are read apart from those that are judged.</summary>
    private HalfSplit RecogniseOrder(DumpedResults results, CacheRows rows)
    {
        var asDumped = new DumpedTensors(results, HalfSplit.None);
        return new HalfSplitRecognition(asDumped, Walks(asDumped, rows)).Recognise();
    }

    private DumpWalks Walks(DumpedTensors tensors, CacheRows rows) => new(golden, tensors, rows, before?.Cache);

    private void RemarkOnTokens()
    {
        if (golden is not { IsPass: true, HasGoldens: false }) { return; }
        _remarks.Add("other tokens than prompt.json's: held against the reference, not against goldens");
    }
}
