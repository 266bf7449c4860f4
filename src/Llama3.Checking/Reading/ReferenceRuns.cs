using Llama3.Checking.Goldens;
using Llama3.Checking.Reading.Parts;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading;

/// <summary>
/// Every row of every run in a dump of a model of which nothing was captured: its prompt, then the passes after it. Each is what it would be if
/// the port had run nothing else.
/// </summary>
/// <param name="dump">The dump.</param>
/// <param name="model">The model that the port ran.</param>
internal sealed class ReferenceRuns(Dump dump, ReferenceModel model)
{
    private readonly List<DumpedRun> _all = [];

    /// <summary>All of them, row after row, run after run.</summary>
    /// <exception cref="BadInputException">The dump does not say which tokens the port ran on, or contradicts itself.</exception>
    public IReadOnlyList<DumpedRun> Read()
    {
        IReadOnlyList<DumpedRun> before = [];
        foreach (var (conversation, passes) in Conversations()) { before = Add(conversation, passes, before); }
        return _all;
    }

    /// <summary>Whether a dump holds several prompts, or a padded one.</summary>
    public static bool AreSeveral(Dump dump) => NumberedParts.Runs.AreIn(dump)
        || (DumpedInputs.TokensIn(dump) is [{ Name.Position: null }, ..] && BatchTokens.Of(NumberedParts.Passes.Rest(dump), null, isOfLaterRun: false).Any(row => !row.IsAll));

    /// <summary>The conversations, and where the rows are in each of their passes.</summary>
    private List<(DumpedConversation, List<IReadOnlyList<RowSlots>>)> Conversations()
    {
        var found = new List<(DumpedConversation, List<IReadOnlyList<RowSlots>> Passes)>();
        foreach (var conversation in DumpedConversation.In(dump))
        {
            var passes = new List<IReadOnlyList<RowSlots>>();
            foreach (var pass in conversation.Passes.Prepend(conversation.Prompt)) { passes.Add(BatchTokens.Of(pass, passes.LastOrDefault(), isOfLaterRun: found.Count > 0)); }
            found.Add((conversation, passes));
        }
        var prompts = found.Sum(one => one.Passes[0].Count);
        return prompts <= DumpedConversation.MostPrompts ? found : throw DumpedConversation.TooMany(dump, prompts);
    }

    /// <summary>The last pass of each row.</summary>
    private List<DumpedRun> Add(DumpedConversation conversation, List<IReadOnlyList<RowSlots>> passes, IReadOnlyList<DumpedRun> before) =>
        [.. passes[0].Select(row => AddRow(conversation, passes, row.Row, row.Rows == before.Count ? before[row.Row] : null))];

    private DumpedRun AddRow(DumpedConversation conversation, List<IReadOnlyList<RowSlots>> passes, int row, DumpedRun? runBefore)
    {
        var isPadded = passes.Exists(pass => pass.Any(one => one.Keys.Length != one.KeySlots));
        var prompt = RowIn(conversation.Prompt, passes[0], row, KeptSlots.None);
        var kept = KeptSlots.Of(prompt, runBefore);
        var last = Prompt(conversation.Name, RowIn(conversation.Prompt, passes[0], row, kept), isPadded, kept.Tokens, runBefore);
        foreach (var (number, pass) in conversation.Passes.Index().Where(pass => passes[pass.Index + 1][row].Own.Length > 0))
        {
            last = Pass(conversation.PassNamed(number), RowIn(pass, passes[number + 1], row, kept), isPadded, last);
        }
        return last;
    }

    private BatchRow RowIn(Dump pass, IReadOnlyList<RowSlots> rows, int row, KeptSlots kept) =>
        new(pass, rows[row].Behind(kept.Keys, kept.Slots), rows[0].Behind(kept.Keys, kept.Slots), model.Checkpoint.Params);

    private DumpedRun Prompt(string name, BatchRow row, bool isPadded, long kept, DumpedRun? before)
    {
        var tokens = new DumpedTokens(DumpedInputs.Ids(row.Described, model.Checkpoint.Params, kept), name, PlaceOf(name, row))
        {
            Place = PlaceOf(name, row),
            Kept = kept,
            FirstPosition = before is null || kept == 0 ? 0 : before.Golden.FirstPosition,
            IsPadded = isPadded,
            FollowsRun = before is not null,
        };
        var preceding = before is null ? null : Preceding.OtherRun(before, kept);
        return Added(kept > 0
            ? DumpedRunBuilder.Build(row, new ReferencePass(model, tokens, before!.Golden.Walks!.Next(tokens.Ids, kept)), preceding)
            : SlotPositions.Nearer(row, first => DumpedRunBuilder.Build(row, new ReferenceCase(model, tokens with { FirstPosition = first }), preceding)));
    }

    private DumpedRun Pass(string name, BatchRow row, bool isPadded, DumpedRun before)
    {
        var kept = before.Golden.Kept + before.Tokens;
        var ids = DumpedInputs.Ids(row.Described, model.Checkpoint.Params, kept);
        var tokens = new DumpedTokens(ids, name, before.Golden.PromptPlace)
        {
            Place = PlaceOf(name, row),
            Kept = kept,
            FirstPosition = before.Golden.FirstPosition,
            IsPadded = isPadded,
            FollowsRun = before.Left is not null,
        };
        return Added(DumpedRunBuilder.Build(row, new ReferencePass(model, tokens, before.Golden.Walks!.Next(ids)), Preceding.Pass(before)));
    }

    private DumpedRun Added(DumpedRun run)
    {
        _all.Add(run);
        return run;
    }

    /// <summary>"row 2, decode.0"</summary>
    private static string PlaceOf(string name, BatchRow row) =>
        row.Slots.Rows == 1 ? name : name.Length == 0 ? $"row {row.Slots.Row}" : $"row {row.Slots.Row}, {name}";
}
