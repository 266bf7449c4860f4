using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Checking.Roundings;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>What the check of a port found: a verdict on every result that it dumped.</summary>
public sealed class PortReport
{
    private PortReport _whole;

    internal PortReport(DumpedRun dump, PortPrecision precision, IReadOnlyList<JudgedResult> results, IReadOnlyList<PortReport> passes)
    {
        (Dump, Precision, Results, Passes, _whole) = (dump, precision, results, passes, this);
        foreach (var pass in passes) { pass._whole = this; }
        Steps = [.. Aliases.DumpableWithCache
            .Select(step => new JudgedStep(step, [.. results.Where(result => result.Step == step)]))
            .Where(step => ArticleSteps.all.Contains(step.Step) || step.Results.Count > 0)];
    }

    /// <summary>Judges the tensors of a port in C#.</summary>
    /// <param name="tensors">
    /// What the port computed, by names such as <c>layers.0.q_per_token</c>, or those of llama.cpp, Hugging Face and TransformerLens;
    /// <c>decode.{i}.</c> in front for passes over new tokens. Shapes and dtypes are those that <see cref="Golden.Judge"/> takes.
    /// </param>
    /// <param name="model">The model that the port ran; <see cref="MicroModel.Micro"/> if left out.</param>
    /// <param name="precision">What the port computes in; null to find out from its numbers.</param>
    /// <param name="caseName">The inputs that it ran on, as in <c>check --case</c>: <c>far_positions</c>; the article's prompt if left out.</param>
    /// <exception cref="ArgumentNullException">The dictionary is null.</exception>
    /// <exception cref="BadInputException">
    /// No tensor has a known name, one has a shape or dtype that its step cannot have, or the model has no such case.
    /// </exception>
    public static PortReport Of(
        IReadOnlyDictionary<string, Tensor> tensors, GoldenModel? model = null, PortPrecision? precision = null, string? caseName = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return Judged(MemoryDump.Of(tensors), model, precision, caseName);
    }

    /// <summary>Judges what a port has written into a file or a folder, as <c>llama3verify check</c> does.</summary>
    /// <param name="path">
    /// A .safetensors, .npz, .pt, .gguf or .json file, a folder of such files or of .npy files, or one of raw files with manifest.json or a
    /// .json beside each. Names and shapes are those that <see cref="Of"/> takes; the dtypes are all that these formats have.
    /// </param>
    /// <param name="model">The model that the port ran; <see cref="MicroModel.Micro"/> if left out.</param>
    /// <param name="precision">What the port computes in; null to find out from its numbers.</param>
    /// <param name="caseName">The inputs that it ran on, as in <c>check --case</c>: <c>far_positions</c>; the article's prompt if left out.</param>
    /// <exception cref="ArgumentNullException">The path is null.</exception>
    /// <exception cref="BadInputException">
    /// There is no such file or folder, it is damaged or not a dump, no tensor has a known name, one has a shape or dtype that its step
    /// cannot have, or the model has no such case.
    /// </exception>
    public static PortReport OfDump(string path, GoldenModel? model = null, PortPrecision? precision = null, string? caseName = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var dump = Formats.Dumps.Dump.Open(path);
        return Judged(dump, model, precision, caseName);
    }

    /// <summary>The dump.</summary>
    internal DumpedRun Dump { get; }

    /// <summary>Whether it is the report on a pass over new tokens, and not on the prompt.</summary>
    internal bool IsOfPass => Dump.Golden.IsPass;

    /// <summary>Which part of the dump it is on: "decode.0", "row 2", "run.1"; empty if the dump has one prompt, and this is the report on it.</summary>
    internal string Place => Dump.Golden.Place;

    /// <summary>Whether it is the report on a prompt: the dump's only one, a row of a batch, or one of several runs.</summary>
    internal bool IsOfPrompt => Dump.Golden.Place == Dump.Golden.PromptPlace;

    /// <summary>Whether it is the report on all of the dump: that on the first prompt, with all others in it.</summary>
    internal bool IsWhole => _whole == this;

    /// <summary>What the port computes in: as given, or as found out from its numbers.</summary>
    public PortPrecision Precision { get; }

    /// <summary>What the port rounds, although it holds its results in float32; null for nothing.</summary>
    internal PortArithmetic? Arithmetic { get; init; }

    /// <summary>The precision whose limits held, because the errors are roundings that cannot be computed again; null for those of <see cref="Precision"/>.</summary>
    internal PortPrecision? Coarser { get; init; }

    /// <summary>The precision in which nothing would be at fault; null if there is none, or if nothing is.</summary>
    internal PortPrecision? AgreesIn { get; init; }

    /// <summary>What is unusual in the dump and how it was read, and in what the port computes in.</summary>
    internal IReadOnlyList<string> Notes => !IsWhole ? Dump.Notes : [.. Dump.Notes, .. ArithmeticText.Of(Arithmetic, Coarser)];

    /// <summary>All dumped results, in the order in which they are computed.</summary>
    public IReadOnlyList<JudgedResult> Results { get; }

    /// <summary>
    /// A report on each further part that was dumped, in their order: the passes over new tokens, then the other rows of a batch and other runs,
    /// with theirs. Empty in the report on such a part.
    /// </summary>
    public IReadOnlyList<PortReport> Passes { get; }

    /// <summary>The 42 steps of the article in reading order, dumped or not, and those finer points and steps of a cache that were dumped.</summary>
    public IReadOnlyList<JudgedStep> Steps { get; }

    /// <summary>
    /// The first fault, here and not in <see cref="Passes"/>: layer by layer, and in each layer in reading order. What is computed once stands
    /// in layer 0, or after the last layer. Null if there is none.
    /// </summary>
    public JudgedResult? FirstFault => Results.Where(result => result.IsFault)
        .MinBy(result => (Math.Max(0, DumpedResult.StageOf(result.Step, result.Scope)), Aliases.Position(result.Step)));

    /// <summary>Whether all that was dumped can be read and agrees with the goldens, in all passes.</summary>
    public bool Agrees => AgreesHere && Passes.All(pass => pass.Agrees);

    /// <summary>The same of this part of the dump alone.</summary>
    internal bool AgreesHere => AllOk && Dump.Unreadable.Count == 0;

    /// <summary>
    /// Whether results differ from their goldens although no step is at fault, neither in the prompt nor in any pass: roundings have added up.
    /// </summary>
    public bool Drifts => !AllOk && !_whole.HasFault;

    private bool AllOk => Results.All(result => result.Verdict == Verdict.Ok);

    private bool HasFault => Results.Any(result => result.IsFault) || Passes.Any(pass => pass.HasFault);

    /// <summary>Whether everything that a result was computed from is known to agree with the goldens.</summary>
    public bool InputsAgree(JudgedResult result) => AgreementOfInputs(result) == true;

    /// <summary>
    /// Whether everything that a result was computed from agrees with the goldens. What has no golden agrees if what it was computed from does.
    /// Null if that is not known: the tokens of a pass that nobody foresaw have no golden, and what was kept before it may be wrong.
    /// </summary>
    internal bool? AgreementOfInputs(JudgedResult result)
    {
        var (open, seen, isKnown) = (new Queue<JudgedResult>([result]), new HashSet<JudgedResult>(ReferenceEqualityComparer.Instance), true);
        while (open.TryDequeue(out var next))
        {
            foreach (var input in InputsOf(next).Where(seen.Add))
            {
                if (input.Verdict != Verdict.Ok) { return false; }
                if (input.Golden is not null) { continue; }
                isKnown &= input.Inputs.Count > 0;
                open.Enqueue(input);
            }
        }
        return isKnown ? true : null;
    }

    private IEnumerable<JudgedResult> InputsOf(JudgedResult result) => result.Inputs.SelectMany(input => Results
        .Where(found => found.Step == input.Step && (input.Step.repeats == Repeats.Once || found.Scope.layer == input.Scope.layer)));

    /// <summary>Steps that every port must dump and this one did not, or not in every layer.</summary>
    public IReadOnlyList<ArticleStep> Missing => [.. DumpContract.Must.Where(step => !Dump.Covers(step))];

    /// <summary>
    /// Whether so little of the prompt was understood that agreement means nothing: fewer than 7 of the 17 steps that every port must dump.
    /// Passes do not count.
    /// </summary>
    public bool IsPartial => IsWhole && !Coverage.Suffices;

    /// <summary>Names that are not known: what they hold is not judged.</summary>
    public IReadOnlyList<string> Unknown => Dump.Unknown;

    /// <summary>How much of what a port is asked to dump was understood.</summary>
    internal Coverage Coverage => Coverage.Of(Dump.Golden, Results);

    /// <summary>"1 of 17 dumped steps at fault: embedding_delta (looks like wo_skipped)", and so on for each pass that does not agree.</summary>
    public override string ToString() => string.Join(
        "; ", Passes.Where(pass => !pass.Agrees).Select(pass => $"{pass.Place}: {pass.Sum()}").Prepend(Sum()));

    private static PortReport Judged(Dump dump, GoldenModel? model, PortPrecision? precision, string? caseName) =>
        new DumpCheck(DumpedRun.Of(dump, model ?? MicroModel.Micro, caseName), precision).Run();

    private string Sum() => Dump.Unreadable.Count == 0 ? Verdicts() : $"{Verdicts()}; {Dump.Unreadable.Count} cannot be read, such as {Dump.Unreadable[0]}";

    private string Verdicts()
    {
        var dumped = Steps.Where(step => step.Verdict != Verdict.NotDumped).ToList();
        var faults = dumped.FindAll(step => step.IsFault);
        return faults.Count > 0
            ? $"{faults.Count} of {dumped.Count} dumped steps at fault: {string.Join(", ", faults.Select(step => step.Step.id + step.Named))}"
            : AllOk ? $"all {dumped.Count} dumped steps agree with the {(Dump.Golden.Walks is null ? "goldens of" : "reference on")} {Dump.Golden.Model.Name}"
            : $"no step at fault, but {(Drifts ? "roundings have added up" : "faults elsewhere show")} in {dumped.Count(step => step.Verdict != Verdict.Ok)} of {dumped.Count} dumped steps";
    }
}
