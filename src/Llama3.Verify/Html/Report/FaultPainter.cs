using Llama3.Checking.Judging;

namespace Llama3.Verify.Html.Report;

/// <summary>Makes the pictures of the faults of the prompt, or of a pass after it.</summary>
/// <param name="report">The report on it; its dump is open.</param>
/// <param name="mostCells">
/// The cells of a picture, all layers and heads together; half of them where they are not rounded. Beyond that, heads and layers are left out.
/// </param>
internal sealed class FaultPainter(PortReport report, int mostCells) : IDisposable
{
    private const int MostHeads = 4;

    private readonly FaultTensors _tensors = new(report);

    /// <summary>The pictures of a step at fault; null if it has ids, a single number, or another shape.</summary>
    /// <param name="step">The step.</param>
    /// <param name="group">What the pictures have in common; no other fault has it.</param>
    public FaultPictures? Of(JudgedStep step, string group)
    {
        var faults = step.Results.Where(result => result is { IsFault: true, Problem: null, Worst: not null }).ToList();
        if (step.Step.dtype == ScalarType.Int64 || faults.Count == 0) { return null; }
        if (PictureLayout.Of(step.Step.shape_in(faults[0].Scope), _tensors.Of(faults[0]).Actual, report.Dump.Golden) is not { } layout) { return null; }
        var blocks = new PictureBlocks(layout);
        var selection = Selection(layout, blocks, faults);
        var cells = selection.Faults.SelectMany(fault => Cells(fault, layout, blocks, selection)).ToList();
        _tensors.Forget(faults[0]);
        return new(
            Picture("port", cell => cell.Port, $"{group}-numbers"),
            Picture("expected", cell => cell.Expected, $"{group}-numbers"),
            Picture("difference", cell => cell.Difference, $"{group}-difference"),
            string.Join(' ', Notes(step, blocks, selection, faults.Count, cells)));

        Picture Picture(string what, Func<PictureCell, float> number, string scale) => new(
            $"{what} of {step.Step.id}: a heat map with a row for each {layout.Rows.Name} and a column for each {layout.Columns.Name}",
            [.. selection.Axes, blocks.Rows, blocks.Columns],
            [.. cells.Select(cell => blocks.AreSingle ? number(cell) : Html.Picture.Rounded(number(cell)))])
        { Group = group, Scale = scale, IsSigned = what == "difference", Chosen = selection.Chosen };
    }

    /// <summary>Frees what was computed.</summary>
    public void Dispose() => _tensors.Dispose();

    private List<PictureCell> Cells(JudgedResult fault, PictureLayout layout, PictureBlocks blocks, Selected selection)
    {
        var (actual, expected) = _tensors.Of(fault);
        var (port, right) = (actual.ToSingles(), expected.ToSingles());
        List<PictureCell> cells = [.. selection.Planes.SelectMany(plane => blocks.Cells(port, right, layout.Offset(plane)))];
        _tensors.Forget(fault);
        return cells;
    }

    /// <summary>Of few numbers all layers and heads; of many the heads that are worst, and as many layers as there is room for, from the first on.</summary>
    private Selected Selection(PictureLayout layout, PictureBlocks blocks, List<JudgedResult> faults)
    {
        var (cells, most) = (blocks.Count, blocks.AreSingle ? mostCells / 2 : mostCells);
        var all = layout.Front.Aggregate(1, (product, axis) => product * axis.Length);
        var hasRoom = (long)cells * all * faults.Count <= most;
        var head = layout.Front.FirstOrDefault(axis => axis.Name == "head");
        var heads = head?.Length ?? 1;
        var kept = hasRoom || head is null || heads <= MostHeads ? Enumerable.Range(0, heads).ToList() : WorstHeads(faults, head);
        var planes = all / heads * kept.Count;
        return new(layout, kept, hasRoom ? faults : faults[..Math.Clamp(most / (cells * planes), 1, faults.Count)]);
    }

    /// <summary>The head of the number that is worst, and those with the largest errors.</summary>
    private static List<int> WorstHeads(List<JudgedResult> faults, LayoutAxis axis)
    {
        var errors = faults.SelectMany(fault => fault.Places).Where(place => place.Axis == axis.Name).ToList();
        var worst = faults[0].Worst!.Worst.ElementAtOrDefault(axis.Index);
        return [.. Enumerable.Range(0, axis.Length)
            .OrderByDescending(head => head == worst ? double.PositiveInfinity : errors.Sum(place => place.RelL2.ElementAtOrDefault(head)))
            .Take(MostHeads).Order()];
    }

    private IEnumerable<string> Notes(JudgedStep step, PictureBlocks blocks, Selected selection, int faults, List<PictureCell> cells)
    {
        yield return "Expected is what the reference computes from the port's own inputs.";
        yield return blocks.AreSingle
            ? "A cell is one number."
            : $"A cell stands for {blocks.Height} × {blocks.Width} numbers (rows × columns): all three pictures show the one at which port and expected differ most, rounded to bfloat16.";
        if (selection.HeadsLeftOut > 0) { yield return $"{selection.HeadsLeftOut} heads that are nearer are left out."; }
        if (selection.Faults.Count < faults) { yield return $"Layers after {selection.Faults[^1].Layer} are left out."; }
        if (_tensors.IsLastRow(step.Results.First(result => result.IsFault))) { yield return "The port dumped the last token alone; the rows before it are 0."; }
        if (cells.Exists(cell => float.IsNaN(cell.Difference))) { yield return "Magenta is NaN; in the difference, a NaN or an infinity out of place."; }
    }

    /// <summary>The heads and layers that are shown.</summary>
    /// <param name="Layout">How a tensor of a layer lies.</param>
    /// <param name="Heads">The heads.</param>
    /// <param name="Faults">The layers.</param>
    private sealed record Selected(PictureLayout Layout, List<int> Heads, List<JudgedResult> Faults)
    {
        public int HeadsLeftOut => (Layout.Front.FirstOrDefault(axis => axis.Name == "head")?.Length ?? Heads.Count) - Heads.Count;

        /// <summary>The places on the axes in front, plane by plane.</summary>
        public IEnumerable<IReadOnlyList<int>> Planes => Layout.Front.Aggregate(
            (IEnumerable<IReadOnlyList<int>>)[[]], (planes, axis) => planes.SelectMany(plane => Kept(axis).Select(place => (IReadOnlyList<int>)[.. plane, place])));

        /// <summary>What is to be chosen: the layer where there are several, and the axes in front.</summary>
        public IEnumerable<PictureAxis> Axes =>
        [
            .. HasLayers ? [new("layer", Faults.Count, [.. Faults.Select(fault => $"{fault.Layer}")])] : Array.Empty<PictureAxis>(),
            .. Layout.Front.Select(axis => new PictureAxis(axis.Name, Kept(axis).Count, [.. Kept(axis).Select(place => axis[place])])),
        ];

        /// <summary>Where the first fault is worst.</summary>
        public IReadOnlyList<int> Chosen =>
            [.. HasLayers ? [0] : Array.Empty<int>(), .. Layout.Front.Select(axis => Math.Max(0, Kept(axis).IndexOf((int)Faults[0].Worst!.Worst.ElementAtOrDefault(axis.Index))))];

        private bool HasLayers => Faults.Count > 1;

        private List<int> Kept(LayoutAxis axis) => axis.Name == "head" ? Heads : [.. Enumerable.Range(0, axis.Length)];
    }
}
