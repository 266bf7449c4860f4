using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Reading.Readers;

/// <summary>
/// Tensors that hold more than is in use: tables for the whole context, caches up to their capacity, scores and masks that are padded to more
/// keys than there are. What is in use is cut out of them.
/// </summary>
/// <param name="context">The dump and the run.</param>
internal sealed class Surplus(ReadingContext context)
{
    /// <summary>exp(-104) is 0 in float32: a score that is lower than the highest by more has no part in attention.</summary>
    private const double Unseen = 104;

    /// <summary>A mask that low hides a key whatever its score.</summary>
    private const double Hidden = -1e4;

    /// <summary>What is in use of a tensor; null if it is not a tensor of this kind.</summary>
    /// <param name="step">The step.</param>
    /// <param name="entry">The tensor.</param>
    /// <param name="one">The sizes that it should have, of one head.</param>
    /// <param name="read">The tensor with other sizes; null if it does not have these.</param>
    /// <exception cref="UnreadableException">It is a table that is too short, or its padding takes part in attention.</exception>
    public ArrangedResult? Cut(ArticleStep step, DumpEntry entry, long[] one, Func<long[], ArrangedResult?> read)
    {
        var sizes = entry.Shape.Distinct().ToList();
        return step == freqs_for_each_token || step == freqs_cis ? one[0] == context.Tokens ? InUse(entry, sizes, one, read) : null
            : step.is_cache ? Kept(sizes, one, read)
            : step.shape.HasKeys ? WithoutPadding(step, entry, sizes, one, read)
            : null;
    }

    /// <summary>The rows of a table that are in use, and a note on the others.</summary>
    /// <param name="entry">The table.</param>
    /// <param name="rows">How many rows it has.</param>
    /// <param name="table">[rows, …]</param>
    /// <exception cref="UnreadableException">A position in use is beyond the last row.</exception>
    public ArrangedResult InUse(DumpEntry entry, long rows, ArrangedResult table)
    {
        var last = context.Positions.Max();
        return rows == context.Tokens ? table
            : rows > last ? table with
            {
                Read = () => AtPositions(table.Read()),
                Note = Joined(table.Note, "a table for the whole context, judged at the positions in use"),
            }
            : throw new UnreadableException(
                entry.Written, $"has the shape {Printable.Shape(entry.Shape)}: a table of {rows} positions is too short, position {last} is in use");
    }

    private Tensor AtPositions(Tensor table) => torch.stack(context.Positions.Select(at => table[at]));

    private static Tensor First(long count, Tensor all, long axis) => all.transpose(axis, 0)[..(int)count].transpose(axis, 0);

    private ArrangedResult? InUse(DumpEntry entry, List<long> sizes, long[] one, Func<long[], ArrangedResult?> read)
    {
        foreach (var rows in sizes)
        {
            if (read([rows, .. one[1..]]) is { } table) { return InUse(entry, rows, table); }
        }
        return null;
    }

    private static ArrangedResult? Kept(List<long> sizes, long[] one, Func<long[], ArrangedResult?> read)
    {
        foreach (var rows in sizes.Where(size => IsMore(size, one[0])))
        {
            if (read([rows, .. one[1..]]) is not { } cache) { continue; }
            return cache with
            {
                Read = () => First(one[0], cache.Read(), axis: -2),
                Note = Joined(cache.Note, $"a cache of {rows} rows, of which {one[0]} are in use"),
            };
        }
        return null;
    }

    private ArrangedResult? WithoutPadding(ArticleStep step, DumpEntry entry, List<long> sizes, long[] one, Func<long[], ArrangedResult?> read)
    {
        var padded = from rows in step == mask && one[0] == context.Tokens ? sizes.Where(size => IsMore(size, one[0])).Append(one[0]) : [one[0]]
                     from columns in sizes.Where(size => IsMore(size, one[1])).Append(one[1])
                     let found = read([rows, columns])
                     where found is not null
                     select (rows, columns, found);
        return padded.FirstOrDefault() is (var all, var keys, { } scores) ? WithoutPadding(step, entry, one, scores, all, keys) : null;
    }

    private ArrangedResult WithoutPadding(ArticleStep step, DumpEntry entry, long[] one, ArrangedResult scores, long rows, long columns)
    {
        var first = rows == columns && IsOfWholeContext(scores, rows) ? (int)context.Positions[0] : 0;
        var ofTokens = rows == one[0] ? scores : scores with { Read = () => scores.Read()[first..(first + (int)one[0])] };
        if (columns == one[1]) { return ofTokens with { Note = Joined(scores.Note, $"padded to {rows} rows, of which {one[0]} are in use") }; }
        var count = KeysInUse(step, ofTokens.Read(), one[1]) ?? throw new UnreadableException(
            entry.Written, $"has {columns} keys, expected {one[1]}; those after them take part in attention, so that they are no padding");
        return ofTokens with
        {
            Read = () => First(count, ofTokens.Read(), axis: -1),
            Note = Joined(scores.Note, $"padded to {(rows == one[0] ? "" : $"{rows} rows and ")}{columns} keys, of which {count} are in use"),
        };
    }

    /// <summary>
    /// Whether a square mask has a row for every position, and not for every new token: then its first row, which is that of position 0, hides all
    /// other keys.
    /// </summary>
    private bool IsOfWholeContext(ArrangedResult mask, long rows) =>
        rows > context.Positions.Max() && mask.Read().ToSingles()[1..(int)rows].All(value => value <= Hidden);

    /// <summary>The keys after which nothing takes part in attention: as many as there should be, or a few more. Null if there are none.</summary>
    private long? KeysInUse(ArticleStep step, Tensor scores, long right)
    {
        var columns = (int)scores.shape[^1];
        var rows = scores.ToSingles().Chunk(columns).ToList();
        var hides = Hides(step);
        return context.Keys.Prepend(right).Where(keys => keys >= right && keys <= columns).Order().Cast<long?>()
            .FirstOrDefault(keys => rows.TrueForAll(row => hides(row[..(int)keys!], row[(int)keys..])));
    }

    /// <summary>Whether a step's numbers show which keys take part in attention.</summary>
    public static bool ShowsWhatIsSeen(ArticleStep step) =>
        step == mask || step == qk_per_token_after_masking || step == qk_per_token_after_masking_after_softmax;

    /// <summary>Whether other keys take part in attention beside a row's own.</summary>
    /// <param name="step">A step that shows it.</param>
    /// <param name="own">[…, keys], those that should.</param>
    /// <param name="others">[…, keys], those that should not.</param>
    public static bool IsSeen(ArticleStep step, Tensor own, Tensor others)
    {
        var hides = Hides(step);
        return others.numel() > 0 && own.ToSingles().Chunk((int)own.shape[^1]).Zip(others.ToSingles().Chunk((int)others.shape[^1])).Any(row => !hides(row.First, row.Second));
    }

    /// <summary>Whether the rest of a row has no part in attention. Scores that are not yet masked do not show it.</summary>
    private static Func<float[], float[], bool> Hides(ArticleStep step) =>
        step == qk_per_token_after_masking_after_softmax ? (_, rest) => Array.TrueForAll(rest, share => share == 0)
        : step == qk_per_token_after_masking ? (row, rest) => row.Max() is var highest && Array.TrueForAll(rest, score => IsUnseen(score, highest))
        : step == mask ? (_, rest) => Array.TrueForAll(rest, value => value <= Hidden)
        : (_, _) => true;

    private static bool IsUnseen(float score, float highest) => float.IsNegativeInfinity(score) || score < highest - Unseen;

    /// <summary>One or two keys too many are a fault, and no padding.</summary>
    private static bool IsMore(long size, long right) => size > right + ReadingContext.OtherTokens;

    private static string Joined(string? note, string further) => note is null ? further : $"{note}, {further}";
}
