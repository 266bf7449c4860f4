using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reporting;

/// <summary>What is said of dumped results.</summary>
internal static class ResultText
{
    private const int FewEnough = 32;
    private const int WorstShown = 6;

    /// <summary>"step 16, q_per_token_rotated, in layer 0"</summary>
    public static string Place(JudgedResult result) => (result.Step.part_of is { } step
        ? $"{result.Step.id}, inside step {step.number}, {step.id}"
        : $"step {result.Step.number}, {result.Step.id}") + (result.Layer is { } layer ? $", in layer {layer}" : "");

    /// <summary>", or in the layers 2–4 before it, which are not dumped"; nothing where no whole layer is missing.</summary>
    public static string OrBefore(JudgedResult result) => result.UnseenLayers is { Count: > 0 } layers
        ? $", or in {(layers.Count == 1 ? $"layer {layers[0]} before it, which is" : $"the layers {NumberText.Ranges(layers)} before it, which are")} not dumped"
        : "";

    /// <summary>What is wrong with a result, in one sentence: "inputs agree; worst at [token 3, 7]: 1.92188, expected -3.19219; …"</summary>
    public static string Fault(JudgedResult result, PortReport report) =>
        $"{Inputs(result, report)}{result.Problem ?? Worst(result)}{Only(result)}";

    /// <summary>"golden 0.817 (at most 1e-4), local 0.35 (at most 1e-5)"; of ids, whose distances mean nothing, nothing.</summary>
    /// <param name="result">The result.</param>
    /// <param name="standard">"golden" or "reference".</param>
    public static string Distances(JudgedResult result, string standard)
    {
        (string, Closeness?)[] all = IsWhole(result) ? [] : [(standard, result.Golden), ("local", result.Local)];
        return string.Join(", ", from one in all
                                 where one.Item2 is not null
                                 select $"{one.Item1} {NumberText.Measured(one.Item2.Distance)} (at most {NumberText.Limit(one.Item2.Limit)})");
    }

    /// <summary>Where a result differs, axis by axis; of ids nothing, for distances of ids mean nothing.</summary>
    public static IEnumerable<string> Places(JudgedResult result) => IsWhole(result) ? [] : result.Places.Select(Along);

    /// <summary>"rel-L2 1.2e-7", or "largest relative error 1.2e-7" of a table; of whole numbers "equal" or "differs".</summary>
    public static string Distance(JudgedResult result) => IsWhole(result)
        ? result.NearTie is { } tie ? Tie(tie) : result.Verdict == Verdict.Ok ? "equal" : "differs"
        : double.IsNaN(result.Deciding.Distance) ? "another shape" : $"{result.Deciding.Measure} {NumberText.Measured(result.Deciding.Distance)}";

    /// <summary>"a near tie: 3e-4 behind the first, less than the port's error of 1.2e-3"</summary>
    private static string Tie(NearTie tie) => tie.Behind == 0
        ? "a tie: its logit is equal to the first"
        : $"a near tie: {NumberText.Measured(tie.Behind)} behind the first, less than the port's error of {NumberText.Measured(tie.Error)}";

    /// <summary>"; layers 0–2, head 0"; nothing for what is computed once.</summary>
    public static string Where(IReadOnlyList<JudgedResult> results)
    {
        var head = results.All(result => result.Head is not null) ? $", head {results[0].Head}" : "";
        return Layers(results) is { Length: > 0 } layers ? $"; {layers}{head}" : "";
    }

    /// <summary>"layers 0–2"; empty for what is computed once.</summary>
    public static string Layers(IEnumerable<JudgedResult> results)
    {
        var layers = results.Select(result => result.Layer).OfType<int>().Distinct().ToList();
        return layers.Count == 0 ? "" : $"layer{(layers.Count == 1 ? "" : "s")} {NumberText.Ranges(layers)}";
    }

    /// <summary>"by token: 0 0.12 0.34", or only the worst of many.</summary>
    private static string Along(AxisErrors place)
    {
        if (place.RelL2.Count <= FewEnough) { return $"by {place.Axis}: {string.Join(' ', place.RelL2.Select(NumberText.Measured))}"; }
        var worst = place.RelL2.Index().OrderByDescending(error => error.Item).Take(WorstShown);
        return $"by {place.Axis}, worst of {place.RelL2.Count}: "
            + string.Join(", ", worst.Select(error => $"{error.Index}: {NumberText.Measured(error.Item)}"));
    }

    /// <summary>Whether the inputs agree, and what lies between them and the result without being dumped.</summary>
    private static string Inputs(JudgedResult result, PortReport report)
    {
        if (result.Unseen.Count > 0 && result.Inputs.Count == 0) { return "no input is dumped; "; }
        var inputs = report.AgreementOfInputs(result) switch
        {
            true => "inputs agree; ",
            false => "inputs are wrong too; ",
            _ => "whether its inputs are right is not known; ",
        };
        return inputs + (result.Unseen.Count == 0 ? Kept(result) : Unseen(result, report));
    }

    /// <summary>"step 45, the cache, is not dumped; ", where a step reads it and nothing else is missing.</summary>
    private static string Kept(JudgedResult result) => string.Concat(result.Between
        .Where(input => input.Step!.is_cache && input.Scope.layer == result.Scope.layer)
        .Select(input => $"step {input.Step!.number}, the cache, is not dumped; "));

    /// <summary>"after step 30, the steps 24–27 are not dumped; ", or "after step 38 of layer 1, the layers 2–4 are not dumped; "</summary>
    private static string Unseen(JudgedResult result, PortReport report)
    {
        var layers = result.UnseenLayers;
        var last = result.Inputs.Where(input => layers.Count == 0 || Stage(input) < layers[0]).DefaultIfEmpty(result.Inputs[0])
            .MaxBy(input => (Stage(input), Aliases.Position(input.Step!)))!;
        var repeats = last.Step!.repeats != Repeats.Once;
        var from = repeats && last.Scope.layer != result.Layer ? $"{last.Step!.number} of layer {last.Scope.layer}" : $"{last.Step!.number}";
        var unseen = result.Unseen.Where(input => layers.Count == 0 ? input.Scope.layer == result.Scope.layer : Stage(input) == result.Stage)
            .Select(input => input.Step!).Distinct().ToList();
        var misshapen = unseen.FindAll(step => report.Results.Any(found => found.Step == step && found.Layer == result.Layer))
            .ConvertAll(step => step.number);
        var missing = unseen.ConvertAll(step => step.number).Except(misshapen).ToList();
        return $"after step {from}, " + (unseen.Count == 0 && layers.Count == 0
            ? "the steps between are not dumped; "
            : About("layer", layers, "is not dumped", "are not dumped") + About("step", missing, "is not dumped", "are not dumped")
                + About("step", misshapen, "has another number of keys", "have another number of keys"));
    }

    private static int Stage(Input input) => DumpedResult.StageOf(input.Step!, input.Scope);

    private static string About(string what, IReadOnlyList<int> numbers, string one, string several) => numbers.Count == 0 ? ""
        : numbers.Count == 1 ? $"{what} {numbers[0]} {one}; "
        : $"the {what}s {NumberText.Ranges(numbers)} {several}; ";

    private static string Worst(JudgedResult result)
    {
        var worst = ComparisonText.Worst(result.Worst!, result.Step.shape_in(result.Scope));
        return result.Worst!.Worst.Count == 0 ? worst
            : IsWhole(result) ? $"first {worst}"
            : $"worst {worst}; {Distance(result)}, at most {NumberText.Limit(result.Deciding.Limit)}";
    }

    private static bool IsWhole(JudgedResult result) => result.Step.dtype == ScalarType.Int64;

    /// <summary>Where the error is confined to some heads or tokens.</summary>
    private static string Only(JudgedResult result) => string.Concat(AxisErrors
        .Confined(result.Places, result.Deciding.Limit)
        .Select(place => $"; only {place.Axis} {NumberText.Ranges(place.Indexes)}"));
}
