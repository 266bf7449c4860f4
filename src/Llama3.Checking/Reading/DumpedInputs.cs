using System.Text.RegularExpressions;
using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Steps;

namespace Llama3.Checking.Reading;

/// <summary>Finds out from a dump which tokens a port ran on.</summary>
internal static partial class DumpedInputs
{
    /// <summary>The tokens of a prompt of a model of which nothing was captured.</summary>
    /// <exception cref="BadInputException">They were not dumped, or are more than one prompt, or too many.</exception>
    public static ReferenceCase Of(Dump dump, ReferenceModel model)
    {
        var prompt = DumpedPasses.Prefill(dump);
        if (dump.Entries.FirstOrDefault(entry => SeveralRuns().IsMatch(entry.Name)) is { } run)
        {
            throw Refusal.Of(dump, run.Name, "is of one of several runs, expected one: dump each run by itself");
        }
        if (Entry(prompt) is not { } entry) { throw Refusal.NoTokens(prompt); }
        if (entry.Shape.Count(size => size != 1) > 1)
        {
            throw Refusal.Of(prompt, entry.Name, $"has the shape {Printable.Shape(entry.Shape)}, expected one prompt: dump each row of a batch by itself");
        }
        RequireFew(prompt, entry.Shape.Aggregate(1L, (product, size) => product * size));
        try
        {
            return new ReferenceCase(model, TokenIds.Read(prompt, entry, model.Checkpoint.Params).ToInt64s());
        }
        catch (UnreadableException problem)
        {
            throw problem.Result.In(prompt);
        }
    }

    /// <summary>Scores take memory in the square of the tokens.</summary>
    /// <param name="dump">What is dumped of the prompt, or of a pass.</param>
    /// <param name="tokens">How many there are with it, from the beginning of the prompt.</param>
    /// <exception cref="BadInputException">They are none, or too many.</exception>
    public static void RequireFew(Dump dump, long tokens)
    {
        if (tokens is 0 or > Prompt.MaxTokens)
        {
            throw Refusal.Of(dump, ArticleSteps.tokens.id, $"makes {tokens} tokens from the beginning of the prompt, expected 1 to {Prompt.MaxTokens}");
        }
    }

    /// <summary>The ids that a pass was fed; null if they were not dumped. Those that cannot be read are listed with the pass.</summary>
    public static long[]? OfPass(Dump pass, GoldenModel model)
    {
        if (Entry(pass) is not { } entry) { return null; }
        try
        {
            var ids = TokenIds.Read(pass, entry, model.Checkpoint.Params).ToInt64s();
            return ids.Length > 0 ? ids : throw Refusal.Of(pass, entry.Name, "is empty, expected the ids that the port was fed");
        }
        catch (UnreadableException)
        {
            return null;
        }
    }

    private static DumpEntry? Entry(Dump dump) => dump.Entries.FirstOrDefault(entry =>
        TensorName.Parse(entry.Name) is { Position: null, Alias.Step: var step } && step == ArticleSteps.tokens);

    [GeneratedRegex(@"^run\.\d+\.", RegexOptions.CultureInvariant)]
    private static partial Regex SeveralRuns();
}
