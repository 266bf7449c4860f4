using Llama3.Checking.Judging;
using Llama3.Checking.Names.Engines;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reporting;

/// <summary>What is said of names that are not known.</summary>
internal static class UnknownText
{
    /// <summary>How many are named where not all are asked for.</summary>
    public const int Few = 3;

    /// <summary>"not known: logit; did you mean logits?", line by line.</summary>
    /// <param name="report">The report on the prompt or on a pass.</param>
    /// <param name="most">How many names.</param>
    public static IEnumerable<string> Lines(PortReport report, int most = Few) => report.Unknown.Take(most)
        .Select(name => $"not known: {Printable.Text(name)}{(Misspelling.Of(name) is { } near ? $"; did you mean {near}?" : "")}");

    /// <summary>How many names are left when these are told: "… and 4 more names that are not known"; null if none is.</summary>
    public static string? More(PortReport report, int most = Few) => (report.Unknown.Count - most) switch
    {
        <= 0 => null,
        1 => "… and 1 more name that is not known",
        var more => $"… and {more} more names that are not known",
    };
}
