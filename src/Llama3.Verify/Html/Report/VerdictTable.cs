using Llama3.Checking.Judging;

namespace Llama3.Verify.Html.Report;

/// <summary>The verdicts on the prompt, or on a pass after it: a row for each step, a column for each layer.</summary>
/// <param name="Heading">"decode.0: 1 token at position 17"; empty for a dump's only prompt.</param>
/// <param name="Notes">What is said of it as a whole.</param>
/// <param name="Layers">How many layers there are.</param>
/// <param name="Rows">The steps.</param>
/// <param name="Again">Which passes repeat it.</param>
public sealed record VerdictTable(string Heading, IReadOnlyList<string> Notes, int Layers, IReadOnlyList<VerdictRow> Rows, IReadOnlyList<string> Again)
{
    /// <summary>Whether cells have words; where there are many layers they have letters.</summary>
    public bool HasWords => Layers <= 6;

    /// <summary>What a cell says.</summary>
    public string Text(Verdict verdict) => HasWords ? Word(verdict) : Letter(verdict);

    /// <summary>A word for a verdict; faults stand out without colour too.</summary>
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Ok => "ok",
        Verdict.WrongHere => "WRONG",
        Verdict.WrongBetween => "BETWEEN",
        Verdict.Inherited => "inherited",
        _ => "–",
    };

    /// <summary>A letter for it.</summary>
    public static string Letter(Verdict verdict) => verdict == Verdict.Ok ? "ok" : Word(verdict)[..1];

    /// <summary>The class of the style sheet for it.</summary>
    public static string Style(Verdict verdict) => verdict switch
    {
        Verdict.Ok => "report-ok",
        Verdict.WrongHere => "report-wrong",
        Verdict.WrongBetween => "report-between",
        Verdict.Inherited => "report-inherited",
        _ => "report-none",
    };
}

/// <summary>The verdicts on a step.</summary>
/// <param name="Number">Its number; empty for a finer point.</param>
/// <param name="Id">Its name.</param>
/// <param name="Title">What happens in it.</param>
/// <param name="Cells">The verdicts, layer by layer; one over all layers for what is computed once.</param>
public sealed record VerdictRow(string Number, string Id, string Title, IReadOnlyList<VerdictCell> Cells);

/// <summary>The verdict on a step in a layer.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Layers">How many layers it is for.</param>
/// <param name="Distance">The tensor, and how far off it is; empty if it was not dumped.</param>
/// <param name="Link">The address of the fault's part on the page; null if it is no fault.</param>
public sealed record VerdictCell(Verdict Verdict, int Layers, string Distance, string? Link);
