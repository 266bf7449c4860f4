using System.Globalization;
using Llama3.Checking.Judging;

namespace Llama3.Assertions;

/// <summary>What is wrong in a report: the faults in the order of computation, then what only inherits them.</summary>
internal sealed class ReportText(PortReport report)
{
    /// <inheritdoc/>
    public override string ToString() => string.Join('\n', [Head(), .. Faults().SelectMany(About), .. Inherited()]);

    private string Head() => Faults().Count switch
    {
        0 => $"roundings have added up, though no step is at fault; is {report.Precision} what the port computes in?",
        1 => "one step is at fault:",
        var count => $"{count} steps are at fault:",
    };

    private List<JudgedStep> Faults() => [.. report.Steps.Where(step => step.IsFault)];

    private IEnumerable<string> About(JudgedStep step)
    {
        var first = step.Gravest[0];
        yield return $"{step.Step}";
        yield return $"wrong in   {string.Join(", ", step.Gravest.Select(result => result.Name))}";
        yield return $"inputs     {(report.InputsAgree(first) ? "agree with their goldens" : "are wrong too")}";
        if (Between(first) is { Length: > 0 } between) { yield return $"or before  {between}: not in the report, so that the fault may lie there"; }
        yield return $"in {first.Name}: {first.Problem ?? Numbers(first)}";
        foreach (var line in step.LooksLike.SelectMany(mistake => mistake.Lines)) { yield return line; }
    }

    private static string Between(JudgedResult result) => string.Join(", ", result.Unseen.Select(input => input.Name));

    private static string Numbers(JudgedResult result)
    {
        var (worst, shape) = (result.Worst!, result.Step.shape_in(result.Scope));
        return string.Create(CultureInfo.InvariantCulture, $"worst at {AxisErrors.Place(shape, worst.Worst)}: {worst.Actual:G6}, "
            + $"expected {worst.Expected:G6}; rel-L2 {result.Local!.Distance:G3}, at most {result.Local.Limit:G3}");
    }

    private IEnumerable<string> Inherited()
    {
        var steps = report.Steps.Where(step => step.Verdict == Verdict.Inherited).Select(step => step.Step.id).ToList();
        return steps.Count == 0 ? [] : [$"right arithmetic on wrong inputs: {string.Join(", ", steps)}"];
    }
}
