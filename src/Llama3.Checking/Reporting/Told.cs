using Llama3.Checking.Comparing;
using Llama3.Checking.Judging;

namespace Llama3.Checking.Reporting;

/// <summary>
/// What is told of the prompt, or of a pass after it, and the passes that would only repeat it. A pass repeats another if the same steps are
/// at fault and look like the same mistakes. It repeats the prompt only if all of them have a name.
/// </summary>
/// <param name="First">What is told.</param>
/// <param name="Again">The passes that repeat it.</param>
internal sealed record Told(PortReport First, IReadOnlyList<PortReport> Again)
{
    /// <summary>Where it is told: "the prompt", or "decode.0".</summary>
    public string Place => First.Place is { Length: > 0 } place ? place : "the prompt";

    /// <summary>"decode.1–8: the same"; none if nothing repeats it.</summary>
    public IEnumerable<string> Lines => Again.Count == 0 ? [] : [$"{PlacesOf(Again)}: the same"];

    /// <summary>The prompt and the passes after it, each once.</summary>
    public static IReadOnlyList<Told> Of(PortReport report)
    {
        var told = new List<(PortReport First, List<PortReport> Again)> { (report, []) };
        foreach (var pass in report.Passes)
        {
            if (told.FindIndex(one => Repeats(pass, one.First)) is var known and >= 0) { told[known].Again.Add(pass); }
            else { told.Add((pass, [])); }
        }
        return [.. told.Select(one => new Told(one.First, one.Again))];
    }

    /// <summary>"decode.0–3, 5"</summary>
    public static string PlacesOf(IEnumerable<PortReport> passes) => PlaceText.Of(passes.Select(pass => pass.Place));

    /// <summary>Whether nothing is left to say of a pass that was not said of an earlier one, or of the prompt.</summary>
    private static bool Repeats(PortReport pass, PortReport earlier)
    {
        var faults = Faults(pass);
        return !pass.Agrees && !earlier.Agrees && pass.Dump.Unreadable.Count == 0
            && pass.Dump.Remarks.All(earlier.Dump.Remarks.Contains) && pass.Dump.Unknown.All(earlier.Dump.Unknown.Contains)
            && (earlier.IsOfPass == pass.IsOfPass || (faults.Count > 0 && faults.TrueForAll(fault => fault.Causes.Count > 0)))
            && faults.TrueForAll(fault => Faults(earlier).Exists(other => AreSame(fault, other)))
            && Faults(earlier).TrueForAll(fault => faults.Exists(other => other.Step == fault.Step) || !IsDumped(fault, pass));
    }

    private static List<JudgedStep> Faults(PortReport report) => [.. report.Steps.Where(step => step.IsFault)];

    private static bool IsDumped(JudgedStep step, PortReport report) => report.Results.Any(result => result.Step == step.Step);

    /// <summary>Faults without a name are the same if they are in the same layers.</summary>
    private static bool AreSame(JudgedStep one, JudgedStep other) => one.Step == other.Step && one.Causes.ToHashSet().SetEquals(other.Causes)
        && (one.Causes.Count > 0 || one.Gravest.Select(result => result.Layer).SequenceEqual(other.Gravest.Select(result => result.Layer)));
}
