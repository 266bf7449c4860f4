namespace Llama3.Checking.Comparing;

/// <summary>What a <see cref="Tolerance"/> limits.</summary>
internal enum Rule
{
    /// <summary>Every value must be equal.</summary>
    Exact,

    /// <summary>The length of the difference over the length of the expected tensor.</summary>
    RelL2,

    /// <summary>The distance of each element in steps of its own dtype.</summary>
    Ulp,

    /// <summary>The largest error of an element, relative to what <see cref="ElementScale"/> says: for tables, whose large elements would hide the small.</summary>
    PerElement,

    /// <summary>The distance to the float32 golden, in multiples of the bfloat16 golden's own distance to it.</summary>
    ThreeWay,
}

/// <summary>How far a result may be from its golden, and why.</summary>
/// <param name="Rule">What is limited.</param>
/// <param name="Limit">The largest value that still agrees; 0 for <see cref="Rule.Exact"/>.</param>
/// <param name="Reason">Why there is any room, or why there is none.</param>
internal sealed record Tolerance(Rule Rule, double Limit, string Reason)
{
    /// <summary>How near two right results of one engine are to each other; for results without a float32 golden.</summary>
    public Tolerance WithoutTruth => Rule == Rule.ThreeWay ? this with { Rule = Rule.RelL2, Limit = 1e-2 } : this;

    /// <summary>"rel-L2 &lt;= 1e-5"</summary>
    public override string ToString() => Rule switch
    {
        Rule.Exact => "exact",
        Rule.RelL2 => $"rel-L2 <= {NumberText.Limit(Limit)}",
        Rule.PerElement => $"{ElementScale.Measure} <= {NumberText.Limit(Limit)}",
        Rule.Ulp => $"at most {NumberText.Limit(Limit)} ulp",
        _ => $"at most {NumberText.Limit(Limit)} times as far from float32 as the golden",
    };
}
