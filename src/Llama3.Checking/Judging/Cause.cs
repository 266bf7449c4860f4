using Llama3.Checking.Mistakes;

namespace Llama3.Checking.Judging;

/// <summary>What a fault looks like: a known mistake, or several that were made together, and where.</summary>
public sealed class Cause
{
    internal Cause(IReadOnlyList<KnownMistake> mistakes, string where) => (Mistakes, Where) = (mistakes, where);

    /// <summary>The mistake; of several, all were made.</summary>
    public IReadOnlyList<KnownMistake> Mistakes { get; }

    /// <summary>
    /// Where they were made, such as "in layer 1 only", or "for heads 4–7 only"; empty if everywhere. Where the port dumped a table that is right and went on
    /// with another, it says that too.
    /// </summary>
    public string Where { get; }

    /// <summary>"rope_theta_1e4 and rope_pos_plus1", or "gelu, in layer 1 only"</summary>
    public override string ToString() => string.Join(" and ", Mistakes.Select(mistake => mistake.Name)) + Place;

    /// <summary>What went wrong, how to fix it and where to read more, line by line.</summary>
    internal IEnumerable<string> Lines => Mistakes is [var only]
        ? [$"looks like {only.Name}{Place}: {only.Mistake}", $"fix        {only.Fix}", .. only.See]
        : [$"looks like {Mistakes.Count} mistakes at once: {this}",
            .. Mistakes.SelectMany(mistake => (string[])[$"mistake    {mistake}", $"fix        {mistake.Fix}", .. mistake.See])];

    /// <summary>"looks like gelu, in layer 1 only, again"</summary>
    internal string Again => $"looks like {this}{(Where.Length == 0 ? "" : ",")} again";

    private string Place => Where.Length == 0 ? "" : $", {Where}";
}
