using Llama3.Formats.Checkpoints;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Mistakes;

/// <summary>A mistake that ports make, and the wrong computation itself: tests prove that the goldens catch it, and messages name it.</summary>
/// <remarks>The wrong computations share no code with the steps: when a step is broken, they still compute what their names say.</remarks>
public sealed class KnownMistake
{
    private Func<ModelParams, bool> _models = _ => true;
    private long _positions = -1;

    internal KnownMistake(
        string name,
        string mistake,
        string fix,
        IReadOnlyList<string> threads,
        IReadOnlyList<(ArticleStep Step, Func<Values, StepResult> Run)> wrong)
    {
        (Name, Mistake, Fix, Threads) = (name, mistake, fix, threads);
        var rows = wrong.ToLookup(row => row.Step, row => row.Run);
        Wrong = rows.ToDictionary(row => row.Key, row => row.First());
        InParts = rows.Where(row => row.Count() > 1 || !rows.Any(finer => finer.Key.part_of == row.Key)).ToDictionary(row => row.Key, row => row.Last());
    }

    /// <summary>Short, in snake_case, such as "rope_theta_1e4".</summary>
    public string Name { get; }

    /// <summary>What went wrong, as one plain sentence.</summary>
    public string Mistake { get; }

    /// <summary>How to fix it, as one plain sentence that starts with a verb.</summary>
    public string Fix { get; }

    /// <summary>Public threads on it, as owner/repository#number, such as "karpathy/llama2.c#286"; empty if none is known.</summary>
    public IReadOnlyList<string> Threads { get; }

    /// <summary>The addresses of the <see cref="Threads"/>.</summary>
    public IEnumerable<string> Urls => Threads.Select(Url);

    /// <summary>The steps that it gets wrong, and what they compute instead.</summary>
    internal IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> Wrong { get; }

    /// <summary>
    /// The same for a walk that puts steps together from the finer points inside them. Only what it really gets wrong is computed otherwise,
    /// so that other mistakes inside the same step still show.
    /// </summary>
    internal IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> InParts { get; }

    /// <summary>Whether it shows only where passes after the prompt were dumped: in the prompt alone it is another mistake.</summary>
    internal bool NeedsPasses { get; private set; }

    /// <summary>
    /// Whether it can be made on a model and as many positions. Elsewhere it computes what is right, what another mistake computes, or nothing
    /// at all.
    /// </summary>
    internal bool CanBeMadeOn(ModelParams model, long positions) => _models(model) && positions > _positions;

    /// <summary>Says on which models it can be made.</summary>
    internal KnownMistake On(Func<ModelParams, bool> models)
    {
        _models = models;
        return this;
    }

    /// <summary>Says that it can be made only with more positions than these.</summary>
    internal KnownMistake Beyond(long positions)
    {
        _positions = positions;
        return this;
    }

    /// <summary>Says that it shows only where passes after the prompt were dumped.</summary>
    internal KnownMistake WithPasses()
    {
        NeedsPasses = true;
        return this;
    }

    /// <summary>The address of a thread, which is given as owner/repository#number.</summary>
    internal static string Url(string thread) => $"https://github.com/{thread.Replace("#", "/issues/", StringComparison.Ordinal)}";

    /// <summary>What went wrong, how to fix it and where to read more, line by line.</summary>
    internal IEnumerable<string> Lines => [$"looks like {this}", $"fix        {Fix}", .. See];

    /// <summary>Where to read more, on one line; none if no thread is known.</summary>
    internal IEnumerable<string> See => Threads.Count == 0 ? [] : [$"see        {string.Join(", ", Urls)}"];

    /// <summary>" (looks like no_scale)"; empty without mistakes.</summary>
    internal static string Named(IReadOnlyList<KnownMistake> mistakes) =>
        mistakes.Count == 0 ? "" : $" (looks like {string.Join(", ", mistakes.Select(mistake => mistake.Name))})";

    /// <summary>"no_scale: the scores are not divided by √head_dim"</summary>
    public override string ToString() => $"{Name}: {Mistake}";
}
