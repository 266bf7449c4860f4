using Llama3.Reference.Walking;

namespace Llama3.Checking.Mistakes;

/// <summary>A mistake that ports make, with the wrong computation itself: tests prove that the goldens catch it, messages call it by name.</summary>
/// <remarks>The wrong computations share no code with the steps: when a step is broken, they still compute what they say.</remarks>
public sealed class KnownMistake
{
    internal KnownMistake(
        string name,
        string mistake,
        string fix,
        IReadOnlyList<string> threads,
        IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> wrong) =>
        (Name, Mistake, Fix, Threads, Wrong) = (name, mistake, fix, threads, wrong);

    /// <summary>Short, in snake_case, such as "rope_theta_1e4".</summary>
    public string Name { get; }

    /// <summary>What went wrong, as one plain sentence.</summary>
    public string Mistake { get; }

    /// <summary>What to do about it, as one plain sentence.</summary>
    public string Fix { get; }

    /// <summary>Public threads in which somebody ran into it, such as "karpathy/llama2.c#286".</summary>
    public IReadOnlyList<string> Threads { get; }

    /// <summary>The addresses of the <see cref="Threads"/>.</summary>
    public IEnumerable<string> Urls => Threads.Select(thread => $"https://github.com/{thread.Replace("#", "/issues/", StringComparison.Ordinal)}");

    /// <summary>What the steps that it spoils compute instead.</summary>
    internal IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> Wrong { get; }

    /// <summary>What went wrong, what to do and where to read on, line by line.</summary>
    internal IEnumerable<string> Lines
    {
        get
        {
            yield return $"looks like {this}";
            yield return $"fix        {Fix}";
            if (Threads.Count > 0) { yield return $"see        {string.Join(", ", Urls)}"; }
        }
    }

    /// <summary>" (looks like no_scale)"; empty without mistakes.</summary>
    internal static string Named(IReadOnlyList<KnownMistake> mistakes) =>
        mistakes.Count == 0 ? "" : $" (looks like {string.Join(", ", mistakes.Select(mistake => mistake.Name))})";

    /// <summary>"no_scale: the scores are not divided by √head_dim"</summary>
    public override string ToString() => $"{Name}: {Mistake}";
}
