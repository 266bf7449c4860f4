using Llama3.Checking.Comparing;
using Llama3.Checking.Judging;

namespace Llama3.Checking.Reporting;

/// <summary>What every port must dump and one did not.</summary>
internal static class MissingText
{
    /// <summary>"v_per_token of layers 1–2, logits in decode.0–8"</summary>
    /// <param name="reports">The reports on the prompt and on the passes after it.</param>
    public static string Of(IEnumerable<PortReport> reports) => string.Join(", ",
        from report in reports
        from step in report.Missing
        let what = step.id + Layers(report.Dump.LayersWithout(step), report.Dump.Checkpoint.Params.n_layers)
        group report by (what, HasPlace: report.Place.Length > 0) into same
        select same.Key.what + (same.Key.HasPlace ? $" in {Told.PlacesOf(same)}" : ""));

    /// <summary>" of layers 1–2"; nothing if it is missing throughout.</summary>
    private static string Layers(IReadOnlyList<int> without, int all) =>
        without.Count == 0 || without.Count == all ? "" : $" of layer{(without.Count == 1 ? "" : "s")} {NumberText.Ranges(without)}";
}
