namespace Llama3.Checking.Texts.Tasks;

/// <summary>What a port answers.</summary>
internal abstract record TextAnswer
{
    /// <summary>Whether a port that answers this is right if the answer is expected.</summary>
    public abstract bool Allows(TextAnswer answered, TextTask task);
}

/// <summary>Ids of tokens.</summary>
internal sealed record IdsAnswer(IReadOnlyList<int> Ids) : TextAnswer
{
    public override bool Allows(TextAnswer answered, TextTask task) => answered is IdsAnswer other && Ids.SequenceEqual(other.Ids);
}

/// <summary>A text.</summary>
internal sealed record StringAnswer(string Text) : TextAnswer
{
    public override bool Allows(TextAnswer answered, TextTask task) => answered is StringAnswer other && Text == other.Text;
}

/// <summary>The tokens that may be drawn.</summary>
internal sealed record ProbabilitiesAnswer(IReadOnlyDictionary<int, double> Probabilities) : TextAnswer
{
    /// <summary>A thousandth, and for small ones what is lost in files with four digits. Known mistakes change more.</summary>
    private const double Relative = 1e-3, Absolute = 6e-5;

    /// <summary>The same where roundings decide whether a token is just kept or just cut.</summary>
    public IReadOnlyList<IReadOnlyDictionary<int, double>> OnTheEdge { get; init; } = [];

    /// <summary>Which of tokens with equal scores are cut is not said anywhere: their probabilities are held against each other together.</summary>
    public override bool Allows(TextAnswer answered, TextTask task) =>
        answered is ProbabilitiesAnswer other && OnTheEdge.Prepend(Probabilities).Any(expected => IsSame(expected, other.Probabilities, task.Sampling!.Logits));

    private static bool IsSame(IReadOnlyDictionary<int, double> expected, IReadOnlyDictionary<int, double> answered, IReadOnlyList<double> logits) => expected.Keys.Union(answered.Keys)
        .GroupBy(id => logits[id])
        .All(ids => IsClose(ids.Sum(id => expected.GetValueOrDefault(id)), ids.Sum(id => answered.GetValueOrDefault(id))));

    /// <summary>Whether two probabilities are the same but for roundings.</summary>
    private static bool IsClose(double expected, double actual) => Math.Abs(expected - actual) <= Absolute + (Relative * expected);
}

/// <summary>The port could not do it.</summary>
internal sealed record FailedAnswer(string Error) : TextAnswer
{
    public override bool Allows(TextAnswer answered, TextTask task) => false;
}
