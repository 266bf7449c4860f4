using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Reading;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>Finds the verdict on one dumped result.</summary>
/// <remarks>
/// The first of these rules that applies decides. The manifest says how near is near enough, for each step and precision.
/// <list type="number">
/// <item>It is near its golden: <see cref="Verdict.Ok"/>. So is a next token that is as good as the golden (<see cref="NearTie"/>).</item>
/// <item>
/// It is near what the reference computes from the port's own inputs: <see cref="Verdict.Inherited"/>, the fault is in an earlier step.
/// Example: after a wrong q_per_token, the scores are wrong, and just what these queries give. Without a golden: <see cref="Verdict.Ok"/>.
/// </item>
/// <item>
/// It is not, and its inputs were dumped: <see cref="Verdict.WrongHere"/>. Example: q_per_token is wrong, token_embeddings is right.
/// </item>
/// <item>
/// It is not, and steps before it were not dumped: <see cref="Verdict.WrongBetween"/>, the fault is in it or in one of those.
/// Example: embedding_after_edit is wrong, and the last dumped result before it is k_per_token.
/// </item>
/// </list>
/// </remarks>
/// <param name="dump">What the port dumped.</param>
/// <param name="tolerances">How closely it must agree.</param>
/// <param name="replay">The reference on what the port dumped.</param>
internal sealed class ResultJudge(DumpedRun dump, PortTolerances tolerances, Replay replay)
{
    /// <summary>Judges a result.</summary>
    public JudgedResult Judge(DumpedResult tensor)
    {
        var (step, scope) = (tensor.Step, tensor.Scope);
        var actual = dump.Seen(step, scope);
        var result = new JudgedResult { Step = step, Scope = scope, Name = tensor.Name, Verdict = Verdict.Ok };
        if (Golden(step, scope, ScalarType.Float32) is not { } truth) { return JudgeLocally(result, actual, null); }
        result = result with { Golden = AgainstGolden(step, scope, truth), Worst = Measure(step, actual, truth, GoldenAngles) };
        if (result.Golden.Agrees) { return result; }
        if (TieWithGolden(step, scope, truth) is { } tie) { return result with { NearTie = tie }; }
        return LogitShift.Of(step, actual, truth) is var (shift, without) && AgainstGolden(step, scope, truth, without) is { Agrees: true } shifted
            ? result with { Golden = shifted, Shift = shift }
            : JudgeLocally(result, actual, truth);
    }

    /// <summary>Of logits that were dumped and agree, the port must have taken the largest. What is right is told by the golden's logits.</summary>
    private NearTie? TieWithGolden(ArticleStep step, Scope scope, Tensor truth)
    {
        if (step != ArticleSteps.next_token || Golden(ArticleSteps.logits, scope, ScalarType.Float32) is not { } logits) { return null; }
        var (actual, right) = (dump.Seen(step, scope), logits.ToSingles());
        if (!dump.Has(ArticleSteps.logits, scope))
        {
            var allowed = NearTie.Allowed(tolerances, logits, () => Golden(ArticleSteps.logits, scope, ScalarType.BFloat16)!);
            return NearTie.Between(actual, truth, right, _ => allowed);
        }
        var own = dump.Seen(ArticleSteps.logits, scope).ToSingles();
        return Judge(dump.Tensors.First(tensor => tensor.Step == ArticleSteps.logits)).Verdict == Verdict.Ok && own.ElementAtOrDefault((int)actual.item<long>()) == own.Max()
            ? NearTie.Between(actual, truth, right, token => Math.Abs(own[token] - right[token]))
            : null;
    }

    private Closeness AgainstGolden(ArticleStep step, Scope scope, Tensor truth, Tensor? without = null)
    {
        var closeness = Of(without ?? dump.Seen(step, scope));
        return closeness.Agrees || tolerances.Of(step, PortTolerances.Golden).Rule is not (Rule.RelL2 or Rule.PerElement) || without is not null
            ? closeness
            : Of(dump.BeforeWriting(step, scope, truth));

        Closeness Of(Tensor actual) => tolerances.Judge(step, PortTolerances.Golden, actual, truth, () => Golden(step, scope, ScalarType.BFloat16)!, GoldenAngles, AngleRoom.After(step, dump.Golden));
    }

    /// <summary>Judges a result that is not near its golden again: by rules 2 to 4 alone.</summary>
    public JudgedResult AgainstOwnInputs(JudgedResult result) => JudgeLocally(
        result with { Problem = null },
        dump.Seen(result.Step, result.Scope),
        Golden(result.Step, result.Scope, ScalarType.Float32));

    /// <summary>Rules 2 to 4.</summary>
    private JudgedResult JudgeLocally(JudgedResult result, Tensor actual, Tensor? truth)
    {
        var (computed, path) = replay.Run(result.Step, result.Scope);
        var local = replay.Judge(result.Step, result.Scope, path, computed);
        if (!local.Agrees && LogitShift.Of(result.Step, actual, computed) is var (shift, without)
            && replay.Judge(result.Step, result.Scope, path, computed, without) is { Agrees: true } shifted)
        {
            (local, result) = (shifted, result with { Shift = shift });
        }
        var expected = local.Agrees && truth is not null ? truth : dump.Seen(result.Step, result.Scope, computed);
        return result with
        {
            Local = local,
            Worst = Measure(result.Step, actual, expected, ReferenceEquals(expected, truth) ? GoldenAngles : () => replay.Angles),
            Places = HaveOneShape(actual, expected)
                ? AxisErrors.Of(result.Step, result.Scope, dump.Checkpoint.Params.n_heads, actual, expected)
                : [],
            Problem = HaveOneShape(actual, expected)
                ? null
                : $"shape {Printable.Shape(actual.shape)}, expected {Printable.Shape(expected.shape)}",
            NearTie = truth is null ? replay.TieWith(result.Step, result.Scope, computed) : null,
            Between = path.Between,
            Inputs = path.Inputs,
            Verdict = VerdictOf(local, path, hasGolden: truth is not null),
        };
    }

    private static Verdict VerdictOf(Closeness local, InputPath path, bool hasGolden) =>
        local.Agrees ? hasGolden ? Verdict.Inherited : Verdict.Ok
        : path.HasAllInputs ? Verdict.WrongHere
        : Verdict.WrongBetween;

    /// <summary>Null where the case has none.</summary>
    private Tensor? Golden(ArticleStep step, Scope scope, ScalarType dtype) =>
        dump.Golden.Expected(step, scope, dtype) is { } golden ? dump.Seen(step, scope, golden) : null;

    private Tensor? GoldenAngles() => Golden(ArticleSteps.freqs_for_each_token, Scope.Article, ScalarType.Float32);

    private Comparison? Measure(ArticleStep step, Tensor actual, Tensor expected, Func<Tensor?> angles) => HaveOneShape(actual, expected)
        ? Comparison.Of(actual, expected, tolerances.Scales(step, PortTolerances.Golden, expected, angles))
        : null;

    private static bool HaveOneShape(Tensor actual, Tensor expected) => actual.shape.SequenceEqual(expected.shape);
}
