using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Roundings;
using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reporting;

/// <summary>What is said of a report.</summary>
internal static class ReportText
{
    private const int MostCounted = 8;

    /// <summary>"23 of 42 steps dumped; 1 wrong here, 9 inherited, 13 ok."</summary>
    public static string Coverage(PortReport report)
    {
        var (steps, finer) = (ArticleSteps.all.Count, report.Steps.Count(step => step.Step.part_of is not null));
        var dumped = report.Steps.Count(step => step.Step.number <= steps && step.Step.part_of is null && step.Verdict != Verdict.NotDumped);
        var cache = report.Steps.Count(step => step.Step.number > steps);
        Verdict[] verdicts = [Verdict.WrongHere, Verdict.WrongBetween, Verdict.Inherited, Verdict.Ok];
        var counts = string.Join(", ", verdicts.Select(verdict => (verdict, Count: report.Steps.Count(step => step.Verdict == verdict)))
            .Where(found => found.Count > 0)
            .Select(found => $"{found.Count} {found.verdict.InWords()}"));
        return $"{dumped} of {steps} steps{(finer == 0 ? "" : $"{(cache == 0 ? " and" : ",")} {finer} finer points")}"
            + $"{(cache == 0 ? "" : $" and {cache} of the cache")} dumped{(counts.Length == 0 ? "" : $"; {counts}")}.";
    }

    /// <summary>The numbers of the steps that could have been dumped and were not: neither text, nor what a case sets by hand.</summary>
    public static IEnumerable<int> NotDumped(PortReport report) => report.Steps
        .Where(step => step.Verdict == Verdict.NotDumped && step.Step.dtype is not null)
        .Where(step => report.Dump.Golden.InputOf(step.Step, Scope.Article, ScalarType.Float32) is null)
        .Select(step => step.Step.number);

    /// <summary>The first prompt's coverage, how many names are not known, and how many prompts and passes agree.</summary>
    public static string Sum(PortReport report)
    {
        var (unknown, all) = (report.Unknown.Count, report.Dump.Dump.Entries.Count);
        var (prompts, passes) = (PromptsOf(report), report.Passes.Where(part => !part.IsOfPrompt).ToList());
        return Coverage(report)
            + (unknown == 0 ? "" : $" {unknown} of {all} names {(unknown == 1 ? "is" : "are")} not known.")
            + (prompts.Count == 1 ? "" : $" {Agreeing(prompts, "prompts")}.")
            + (passes.Count == 0 ? "" : $" {Agreeing(passes, $"{(passes.Count == 1 ? "pass" : "passes")} after {(prompts.Count == 1 ? "the prompt" : "them")}")}.");
    }

    /// <summary>"17 tokens", or "3 prompts of 5, 12 and 8 tokens"</summary>
    public static string Tokens(PortReport report) => PromptsOf(report) is [_, _, ..] several
        ? $"{several.Count} prompts of {JoinedWords([.. several.Select(prompt => $"{prompt.Dump.Tokens}")])} tokens"
        : $"{report.Dump.Tokens} tokens";

    private static List<PortReport> PromptsOf(PortReport report) => [.. report.Passes.Prepend(report).Where(part => part.IsOfPrompt)];

    private static string Agreeing(List<PortReport> parts, string what) => $"{parts.Count} {what}, {parts.Count(part => part.AgreesHere)} agree";

    private static string JoinedWords(List<string> words) =>
        words.Count > MostCounted ? $"{words[0]}, {words[1]}, …, {words[^1]}" : $"{string.Join(", ", words.SkipLast(1))} and {words[^1]}";

    /// <summary>" First fault: step 37, output_after_feedforward, in layer 0, before step 4 in layer 1."; empty if no step is at fault.</summary>
    public static string FirstFault(Outcome outcome)
    {
        if (outcome.FirstFault is not var (where, fault)) { return ""; }
        var listed = where.Report.Steps.First(step => step.IsFault).Results.First(result => result.IsFault);
        var why = listed.Step == fault.Step ? "" : $", before step {listed.Step.number} in layer {listed.Layer}";
        return $" First fault: {Pass(where.Report)}{ResultText.Place(fault)}{ResultText.OrBefore(fault)}{why}.";
    }

    /// <summary>"decode.0: " in a pass, "row 2: " of a batch; nothing where the only prompt is meant.</summary>
    public static string Pass(PortReport report) => report.Place.Length > 0 ? $"{report.Place}: " : "";

    /// <summary>"against micro, article", or "against the reference on Llama-3.2-1B: dim 2048, 16 layers, 32 heads over 8, head_dim 64, RoPE scaled by 32, tied"</summary>
    public static string Against(GoldenCase golden) => golden.Walks is null
        ? $"against {golden.Model.Name}, {golden.Name}"
        : $"against the reference on {golden.Model.Name}: {Sizes(golden.Model.Checkpoint.Params)}";

    /// <summary>Where it is said why the reference may stand for goldens; none where there are goldens.</summary>
    public static IEnumerable<string> WhyReference(GoldenCase golden) =>
        golden.Walks is null ? [] : ["the reference runs the dumped tokens; why it may be trusted: docs/check.md#any-checkpoint"];

    private static string Sizes(ModelParams model) =>
        $"dim {model.dim}, {model.n_layers} layers, {model.n_heads} heads over {model.n_kv_heads}, head_dim {model.head_dim}"
        + (model.rope_scaling is { } scaling ? FormattableString.Invariant($", RoPE scaled by {scaling.factor}") : "")
        + (model.rope_scaling is LinearRopeScaling ? " (linear)" : "")
        + (model.attention_bias || model.mlp_bias ? ", biases" : "")
        + (model.tie_word_embeddings ? ", tied" : "");

    /// <summary>"decode.0: 1 token at position 17", or "row 1: 5 tokens at the positions 0–4"</summary>
    public static string Head(PortReport pass)
    {
        var (first, count) = (pass.Dump.Golden.FirstPosition + pass.Dump.Golden.Kept, pass.Dump.Tokens);
        return $"{Pass(pass)}{(count == 1 ? $"1 token at position {first}" : $"{count} tokens at the positions {first}–{first + count - 1}")}";
    }

    /// <summary>What is said of a report in which results differ although no step is at fault.</summary>
    public static string Drift(PortReport report) =>
        $"no step is at fault: roundings have added up; is {report.Precision} what the port computes in?";

    /// <summary>In which precision a report would agree; nothing if in none, or if it does.</summary>
    public static IEnumerable<string> AgreesIn(PortReport report) =>
        report.AgreesIn is { } precision ? [ArithmeticText.AgreesIn(precision)] : [];

    /// <summary>
    /// Why a report does not agree: every fault in the prompt and in the passes after it that is not skipped, and what only inherits them.
    /// Empty if there is no fault and nothing drifts.
    /// </summary>
    public static IEnumerable<string> Disagreement(Outcome outcome)
    {
        var (told, explained) = (Told.Of(outcome.Report), new HashSet<KnownMistake>());
        var count = told.Sum(one => outcome.Of(one.First).Faults.Count);
        return count == 0
            ? [.. outcome.Passes.Prepend(outcome).SelectMany(one => Unreadable(one.Report)),
                .. outcome.Passes.Prepend(outcome).Any(one => one.Report.Drifts) ? (string[])[Drift(outcome.Report)] : []]
            : [count == 1 ? "one step is at fault:" : $"{count} steps are at fault:",
                .. told.SelectMany(one => Disagreement(outcome.Of(one.First), explained).Concat(one.Lines)), .. AgreesIn(outcome.Report)];
    }

    /// <summary>A line for each result that cannot be read.</summary>
    public static IEnumerable<string> Unreadable(PortReport report) =>
        report.Dump.Unreadable.Select(result => $"{Pass(report)}cannot be read: {result}");

    private static IEnumerable<string> Disagreement(Outcome outcome, HashSet<KnownMistake> explained)
    {
        var report = outcome.Report;
        var inherited = report.Steps.Where(step => step.Verdict == Verdict.Inherited).Select(step => step.Step.id).ToList();
        return
        [
            .. Unreadable(report),
            .. outcome.Faults.SelectMany(step => Fault(step, report, explained)),
            .. inherited.Count == 0 ? Array.Empty<string>() : [$"{Pass(report)}right arithmetic on wrong inputs: {string.Join(", ", inherited)}"],
        ];
    }

    private static IEnumerable<string> Fault(JudgedStep step, PortReport report, HashSet<KnownMistake> explained)
    {
        yield return $"{Pass(report)}{step.Step}";
        yield return $"wrong in {Names(step.Gravest.Select(result => result.Name))}";
        foreach (var line in JudgedStepText.WithVerdict(step, report, explained)) { yield return line; }
        var (unseen, layers) = (step.Gravest[0].Unseen, step.Gravest[0].UnseenLayers);
        if (unseen.Count > 0)
        {
            var single = Names(unseen.Where(input => !layers.Contains(input.Scope.layer) || input.Step!.repeats == Repeats.Once).Select(input => input.Name));
            var whole = layers.Count == 0 ? "" : $"layer{(layers.Count == 1 ? "" : "s")} {NumberText.Ranges(layers)}";
            yield return $"the fault may also lie in what is not dumped before it: {string.Join(", ", new[] { whole, single }.Where(text => text.Length > 0))}";
        }

        string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => report.Dump.Golden.Prefix + name));
    }
}
