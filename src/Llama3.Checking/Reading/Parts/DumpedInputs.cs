using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Steps;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading.Parts;

/// <summary>Finds out from a dump which tokens a port ran on, and where.</summary>
internal static class DumpedInputs
{
    /// <summary>The ids that a port ran on, as every run of a model of which nothing was captured must say.</summary>
    /// <param name="dump">What was dumped of the prompt, or of a pass, of one row.</param>
    /// <param name="model">The model.</param>
    /// <param name="before">How many tokens came before.</param>
    /// <exception cref="BadInputException">They were not dumped, cannot be read, are more than one row, or too many.</exception>
    public static long[] Ids(Dump dump, ModelParams model, long before)
    {
        var tokens = TokensIn(dump);
        if (tokens.Count == 0) { throw Refusal.NoTokens(dump); }
        var rows = tokens.ConvertAll(named => Row(dump, named, model, before));
        var other = rows.FindIndex(row => !row.SequenceEqual(rows[0]));
        return other < 0 ? rows[0] : throw Refusal.Of(dump, tokens[other].Entry.Written, $"holds other ids than {tokens[0].Entry.Written}");
    }

    private static long[] Row(Dump dump, NamedEntry named, ModelParams model, long before)
    {
        var entry = named.Entry;
        if (named.Name.Position is not null) { throw Refusal.Of(dump, entry.Written, "is of one position, expected all ids in one tensor"); }
        if (entry.Shape.SkipLast(1).Any(size => size != 1))
        {
            throw Refusal.Of(dump, entry.Written, $"has the shape {Printable.Shape(entry.Shape)}, expected one row");
        }
        // Scores take memory in the square of the tokens.
        if (before + entry.Shape.LastOrDefault(1) is var tokens && (tokens == before || tokens > Prompt.MaxTokens))
        {
            throw Refusal.Of(dump, entry.Written, $"makes {tokens} tokens from the beginning of the prompt, expected {before + 1} to {Prompt.MaxTokens}");
        }
        try
        {
            return TokenIds.Read(dump, entry, model).ToInt64s();
        }
        catch (UnreadableException problem)
        {
            throw problem.Result.In(dump);
        }
    }

    /// <summary>The ids that a pass was fed; null if they were not dumped. Those that cannot be read are listed with the pass.</summary>
    public static long[]? OfPass(Dump pass, GoldenModel model)
    {
        if (TokensIn(pass).Find(named => named.Name.Position is null) is not { Entry: var entry }) { return null; }
        try
        {
            var ids = TokenIds.Read(pass, entry, model.Checkpoint.Params).ToInt64s();
            return ids.Length > 0 ? ids : throw Refusal.Of(pass, entry.Written, "is empty, expected the ids that the port was fed");
        }
        catch (UnreadableException)
        {
            return null;
        }
    }

    /// <summary>The positions that a port says it ran at; null if it does not, or not in whole numbers.</summary>
    public static long[]? PositionsIn(Dump row)
    {
        if (NamedIn(row, CacheSteps.positions).Find(named => named.Name.Position is null) is not { Entry: var entry }) { return null; }
        try
        {
            return DumpNumbers.Read(row, entry, CacheSteps.positions, new HashSet<string>()).ToInt64s();
        }
        catch (UnreadableException)
        {
            return null;
        }
    }

    /// <summary>The tensors that hold ids.</summary>
    public static List<NamedEntry> TokensIn(Dump dump) => NamedIn(dump, ArticleSteps.tokens);

    private static List<NamedEntry> NamedIn(Dump dump, ArticleStep step) =>
    [
        .. from entry in dump.Entries
           let name = TensorName.Parse(entry.Name)
           where name?.Alias.Step == step
           select new NamedEntry(name, entry),
    ];
}
