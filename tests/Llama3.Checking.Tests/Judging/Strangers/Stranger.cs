using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>A wrong computation that a port makes.</summary>
/// <param name="Name">Short, in snake_case.</param>
/// <param name="What">What is wrong, in words.</param>
/// <param name="Wrong">The steps that it gets wrong, and what they compute instead.</param>
internal sealed record Stranger(string Name, string What, IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> Wrong)
{
    /// <summary>A name of a mistake whose number is fitted from what was dumped, such as norm_eps_other.</summary>
    public const string Fitted = "_other";

    /// <summary>Where it is made.</summary>
    public Place Place { get; private init; } = Place.Everywhere;

    /// <summary>Names that may be said of it, or how they end; none for a true stranger.</summary>
    public IReadOnlyList<string> Allowed { get; private init; } = [];

    /// <summary>The names that are true of it, and should be said; none for a true stranger.</summary>
    public IReadOnlyList<string> Expected { get; private init; } = [];

    /// <summary>Whether all of these names may be left out. Some of them may not.</summary>
    public bool MayBeNameless { get; private init; }

    /// <summary>Whether the numbers are so near the right ones that nothing need be seen.</summary>
    public bool MayAgree { get; private init; }

    /// <summary>A step that may be blamed, too; null for none.</summary>
    private ArticleStep? AlsoBlamed { get; init; }

    /// <summary>All steps that are computed otherwise: the wrong ones, and those that are made of wrong ones.</summary>
    public IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> Replaced => new Dictionary<ArticleStep, Func<Values, StepResult>>(
        FinerPoints.compositions.Where(composed => !Wrong.ContainsKey(composed.Key)).Concat(Wrong.Select(pair => KeyValuePair.Create(pair.Key, Place.Limit(pair.Key, pair.Value)))));

    public static Stranger Of(string name, string what, params (ArticleStep Step, Func<Values, StepResult> Run)[] wrong) =>
        new(name, what, wrong.ToDictionary(pair => pair.Step.in_article, pair => pair.Run));

    /// <summary>The same, made in one place alone.</summary>
    public Stranger In(Place place) => this with { Place = place };

    /// <summary>The same; these names are true of it.</summary>
    /// <param name="why">Why they are.</param>
    /// <param name="names">The names, or how they end.</param>
    public Stranger May(string why, params string[] names) =>
        why.Length == 0 ? throw new ArgumentException("say why", nameof(why)) : this with { Allowed = [.. Allowed, .. names] };

    /// <summary>The same; these names are to be said, and no others but their twins.</summary>
    public Stranger Is(params string[] names) => this with { Expected = names, Allowed = [.. Allowed, .. names, .. names.SelectMany(Twins)] };

    /// <summary>The same; it may also be left without any name.</summary>
    public Stranger OrNameless() => this with { MayBeNameless = true };

    /// <summary>The same; this step may be blamed, too.</summary>
    public Stranger MayBlame(ArticleStep step, string why) =>
        why.Length == 0 ? throw new ArgumentException("say why", nameof(why)) : this with { AlsoBlamed = step };

    /// <summary>The same; it is as near to the right computation as roundings are.</summary>
    public Stranger MayBeUnseen() => this with { MayAgree = true };

    public bool Allows(string name) => Allowed.Any(allowed =>
        allowed.StartsWith('_') ? name.EndsWith(allowed, StringComparison.Ordinal) : name == allowed) || TrueNames.Allow(Name, name);

    /// <summary>Whether it gets a result wrong.</summary>
    public bool GetsWrong(ArticleStep step, Scope scope, bool ofPass) => (Wrong.ContainsKey(step.in_article) || step == AlsoBlamed) && Place.Covers(step, scope.layer, ofPass);

    /// <summary>Names of what is the same where only what must be dumped is.</summary>
    public static IEnumerable<string> Twins(string name) => BlameTests.Twins.Where(twins => twins.Contains(name)).SelectMany(twins => twins);

    public override string ToString() => $"{Name}: {What}";

    /// <summary>Whether the logits show something of it that what comes before them does not.</summary>
    public bool IsLast => Wrong.Keys.Any(step => Aliases.Position(step) >= Aliases.Position(ArticleSteps.logits));
}
