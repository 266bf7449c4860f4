using Llama3.Checking.Goldens;
using Llama3.Checking.Reading;
using Llama3.Checking.Roundings;
using Llama3.Formats.Input;

namespace Llama3.Checking.Judging;

/// <summary>
/// Judges a port's dump: a verdict on every result (<see cref="ResultJudge"/>), then names for the faults (<see cref="Diagnosis"/>),
/// for the prompt and for each pass after it.
/// </summary>
/// <param name="dump">What the port dumped.</param>
/// <param name="precision">What the port computes in; null to find out from its numbers.</param>
internal sealed class DumpCheck(DumpedRun dump, PortPrecision? precision = null)
{
    /// <summary>What the port computes in.</summary>
    public PortPrecision Precision { get; } = precision ?? PrecisionDetection.Detect(dump);

    /// <summary>Called with the share of the prompt's tensors that have been judged, up to 1.</summary>
    public Action<double>? Judged { get; init; }

    /// <summary>Called with the name of each mistake that is tried: on a large model that takes long where little is dumped before a fault.</summary>
    public Action<string>? Trying { get; init; }

    /// <summary>How long known mistakes are tried; see <see cref="Diagnosis.Most"/>.</summary>
    public TimeSpan MostTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Judges all that was dumped.</summary>
    /// <exception cref="BadInputException">A tensor cannot be read, or there is no number in any of them.</exception>
    public PortReport Run()
    {
        var runs = Judge(Precision == PortPrecision.q8 ? PortPrecision.fp32 : Precision);
        return Precision is PortPrecision.bf16 or PortPrecision.fp16 ? InNarrowType(runs) : InFloat32(runs);
    }

    private PortReport InNarrowType(List<JudgedRun> runs)
    {
        var explained = Explained(runs, null);
        var coarser = Coarseness.FromFineToCoarse.SkipWhile(one => one != Precision).ElementAtOrDefault(1);
        var agreesIn = coarser == default ? null : new CoarserPrecision(explained, null).Find(coarser, one => Judge(one))?.Precision;
        return Report(explained, null, agreesIn: agreesIn);
    }

    private PortReport InFloat32(List<JudgedRun> runs)
    {
        var known = new ArithmeticDetection(runs).Find();
        var arithmetic = precision == PortPrecision.fp32 ? null : known;
        if (arithmetic is not null) { runs = RoundedJudge.Judge(runs, arithmetic); }
        if (precision == PortPrecision.q8 && runs.Exists(run => run.Faults.Any(fault => PortArithmetic.IsInPath(fault.Step, fault.Between))))
        {
            var ofAttention = arithmetic?.OfAttention;
            return Report(Explained(Judge(PortPrecision.q8, ofAttention), ofAttention), ofAttention);
        }
        runs = Explained(runs, arithmetic);
        var coarser = new CoarserPrecision(runs, arithmetic);
        return coarser.Find(known?.Class ?? PortPrecision.fp16, one => Judge(one)) is not { } found ? Report(runs, arithmetic)
            : precision is null && coarser.AreRoundings ? Report(found.Runs, arithmetic, found.Precision)
            : Report(runs, arithmetic, agreesIn: found.Precision);
    }

    private PortReport Report(List<JudgedRun> runs, PortArithmetic? arithmetic, PortPrecision? coarser = null, PortPrecision? agreesIn = null)
    {
        var passes = runs.Skip(1).Select(run => Of(run, []));
        return Of(runs[0], [.. passes]);

        PortReport Of(JudgedRun run, IReadOnlyList<PortReport> ofPasses) =>
            new(run.Dump, Precision, run.Results, ofPasses) { Arithmetic = arithmetic, Coarser = coarser, AgreesIn = agreesIn };
    }

    private List<JudgedRun> Explained(List<JudgedRun> runs, PortArithmetic? arithmetic)
    {
        var evidence = runs.ConvertAll(run => new Evidence(run, ReplayOf(run.Dump, Precision, arithmetic)));
        try
        {
            return [.. runs.Zip(new Diagnosis(evidence, Trying) { Most = MostTime }.Explained(), (run, results) => run with { Results = results })];
        }
        finally
        {
            evidence.ForEach(one => one.Dispose());
        }
    }

    private List<JudgedRun> Judge(PortPrecision judgedIn, PortArithmetic? arithmetic = null)
    {
        var runs = dump.Passes.Prepend(dump).Select(run => Judge(run, judgedIn, arithmetic)).ToList();
        return judgedIn switch
        {
            PortPrecision.fp32 => runs,
            PortPrecision.q8 => RoundedJudge.Settled(runs, judgedIn),
            _ => FewNumbers.Judge(runs),
        };
    }

    private JudgedRun Judge(DumpedRun run, PortPrecision judgedIn, PortArithmetic? arithmetic)
    {
        using var replay = ReplayOf(run, judgedIn, arithmetic);
        return new JudgedRun(run, Judge(run, replay, new ResultJudge(run, Tolerances(judgedIn).WithoutProducts, replay)));
    }

    private PortTolerances Tolerances(PortPrecision judgedIn) => new(dump.Golden.Model.Manifest, judgedIn);

    /// <summary>The reference, which rounds as the port is known to; in float32 no more than that is let through.</summary>
    private Replay ReplayOf(DumpedRun run, PortPrecision judgedIn, PortArithmetic? arithmetic) =>
        arithmetic is null ? new Replay(run, Tolerances(judgedIn))
        : judgedIn == PortPrecision.q8 ? ArithmeticDetection.ReplayOf(run, arithmetic, Tolerances(judgedIn))
        : ArithmeticDetection.ReplayOf(run, arithmetic);

    private List<JudgedResult> Judge(DumpedRun run, Replay replay, ResultJudge judge)
    {
        var results = new List<JudgedResult>();
        var tensors = run.Tensors.Where(tensor => run.Golden.InputOf(tensor.Step, tensor.Scope, ScalarType.Float32) is null).ToList();
        var holdsNumbers = false;
        foreach (var stage in tensors.GroupBy(tensor => tensor.Stage))
        {
            foreach (var tensor in stage)
            {
                results.Add(judge.Judge(tensor));
                holdsNumbers = holdsNumbers || !Array.TrueForAll(run.Find(tensor.Step, tensor.Scope)!.tensor.ToSingles(), float.IsNaN);
                if (run == dump) { Judged?.Invoke((double)results.Count / tensors.Count); }
            }
            run.Forget();
            replay.ForgetLayer(stage.Key);
        }
        return holdsNumbers || results.Count == 0 || run != dump ? results : throw new BadInputException(
            $"{run.Dump.Path} holds no number: all tensors that are known are NaN throughout; was the memory dumped before it was filled?");
    }
}
