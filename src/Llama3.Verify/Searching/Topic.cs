using System.Text.RegularExpressions;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Llama3.Verify.Printing;

namespace Llama3.Verify.Searching;

/// <summary>What can be looked up: a step, a finer point or a known mistake. Its texts are <see cref="Words.Line"/>s.</summary>
internal sealed partial class Topic
{
    private Topic(ArticleStep step)
    {
        (Step, Name, Title) = (step, step.takes_place_of is null ? step.id : $"decode.{step.id}", step.title);
        Ids = Words.Line(step.id, Name);
        Parts = Words.Line([.. step.functions, .. step.functions.Select(function => function.Split('.')[1]), .. Weights(step)]);
        Text = Ids + Parts + Words.Line([step.title, step.formula, .. FieldWords.Of(step).Select(Words.Squeezed), .. Names(step)]);
        Reason = Text + Words.Line(step.why);
    }

    private Topic(KnownMistake mistake)
    {
        (Mistake, Name, Title) = (mistake, mistake.Name, mistake.Mistake);
        (Ids, Parts) = (Words.Line(mistake.Name), "");
        (Text, Reason) = (Ids, Ids + Words.Line(mistake.Mistake));
    }

    /// <summary>The article, each step followed by the finer points inside it; then the cache; then the mistakes.</summary>
    public static IReadOnlyList<Topic> All { get; } =
    [
        .. StepText.All.Concat(CacheSteps.all).Select(step => new Topic(step)),
        .. KnownMistakes.All.Union(KnownMistakes.OfPasses).Concat(ModelMistakes.All).Select(mistake => new Topic(mistake)),
    ];

    /// <summary>The step or finer point; null if this is a mistake.</summary>
    public ArticleStep? Step { get; }

    /// <summary>The mistake; null if this is a step.</summary>
    public KnownMistake? Mistake { get; }

    /// <summary>What to type to see it.</summary>
    public string Name { get; }

    /// <summary>The number of a step; empty for all else.</summary>
    public string Number => Step is { part_of: null } step ? $"{step.number}" : "";

    /// <summary>One plain sentence.</summary>
    public string Title { get; }

    /// <summary>What it is called.</summary>
    public string Ids { get; }

    /// <summary>The functions that compute it, and the weights that it takes.</summary>
    public string Parts { get; }

    /// <summary>All that it is known by.</summary>
    public string Text { get; }

    /// <summary>The same, and why it is done, or what is wrong.</summary>
    public string Reason { get; }

    /// <summary>Whether this is a mistake that gets a step wrong.</summary>
    public bool IsMistakeIn(ArticleStep? step) => step is not null && Mistake is not null && StepText.Mistakes(step).Contains(Mistake);

    /// <summary>
    /// What other engines call it, without "model.layers.{n}.", which they put before everything. Meta's are names of weights, too:
    /// who asks for w2 means what it computes, and not its input.
    /// </summary>
    private static IEnumerable<string> Names(ArticleStep step) => Aliases.All
        .Where(alias => alias.Step == step && (alias.Convention.Length > 0 || alias.Part != AliasPart.Whole))
        .Where(alias => alias.Convention != MetaNames.All.Name || !alias.Template.EndsWith(".input", StringComparison.Ordinal))
        .Select(alias => alias.Template.Split("{n}.")[^1].Replace("{n}", "", StringComparison.Ordinal));

    private static IEnumerable<string> Weights(ArticleStep step) => WeightNames().Matches(step.code).Select(match => $"{match.Value}.weight");

    [GeneratedRegex("""(?<=weight\(")[\w.]+(?="\))""")]
    private static partial Regex WeightNames();
}
