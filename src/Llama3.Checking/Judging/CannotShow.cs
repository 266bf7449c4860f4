using System.Diagnostics;
using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reading;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;

namespace Llama3.Checking.Judging;

/// <summary>
/// Known mistakes that a check cannot see: on this model and prompt they compute the same of what was dumped, within the tolerance. Each is tried on
/// the reference's numbers, not on the port's. Passes after the prompt are left out, and so are batches and earlier runs.
/// </summary>
/// <param name="Groups">The mistakes, by the reason why they do not show.</param>
/// <param name="Tried">How many mistakes were tried.</param>
/// <param name="Of">How many there are; more than were tried where that would take long.</param>
internal sealed record CannotShow(IReadOnlyList<(string Reason, IReadOnlyList<string> Names)> Groups, int Tried, int Of)
{
    /// <summary>In multiplications of one walk: beyond that, even a few mistakes take long.</summary>
    private const double MostWork = 5e9;

    private static readonly TimeSpan Most = TimeSpan.FromSeconds(5);

    /// <summary>Tries each mistake that can be made on a prompt, as long as that takes no more than some seconds.</summary>
    /// <param name="dump">What the port dumped of it; open.</param>
    /// <param name="precision">What the port computes in.</param>
    public static CannotShow On(DumpedRun dump, PortPrecision precision)
    {
        // What is kept between calls, or stands beside a row, is not among the reference's numbers.
        var (mistakes, model) = (dump.Golden.Mistakes.Except(StateMistakes.All).Where(mistake => !mistake.NeedsPasses).ToList(), dump.Checkpoint.Params);
        if ((double)dump.Tokens * model.parameters > MostWork || Right(dump) is not { Count: > 0 } right) { return new([], 0, mistakes.Count); }
        using var evidence = EvidenceOf(DumpedRun.Of(MemoryDump.Of(right), dump.Golden), precision);
        var (clock, unseen, tried) = (Stopwatch.StartNew(), new List<(string Reason, string Name)>(), 0);
        foreach (var mistake in mistakes.TakeWhile(_ => clock.Elapsed < Most))
        {
            tried++;
            using var trial = new Trial(new Hypothesis([mistake]), evidence, before: null);
            var findings = evidence.Sites.Select(trial.At).ToList();
            if (!findings.Contains(Finding.NotMade)) { unseen.Add((Reason(mistake, model, findings), mistake.Name)); }
        }
        unseen.AddRange(TableMistakes.All.Except(mistakes).Select(table => ("the prompt is not longer than the table", table.Name)));
        return new([.. unseen.GroupBy(one => one.Reason, (reason, all) => (reason, (IReadOnlyList<string>)[.. all.Select(one => one.Name)]))], tried, mistakes.Count);
    }

    /// <summary>What is right of all that was dumped, by key.</summary>
    private static Dictionary<string, Tensor> Right(DumpedRun dump) => dump.Tensors
        .Select(tensor => (Key: tensor.Scope.KeyOf(tensor.Step), Right: dump.Golden.Expected(tensor.Step, tensor.Scope, ScalarType.Float32)))
        .Where(tensor => tensor.Right is not null)
        .ToDictionary(tensor => tensor.Key, tensor => tensor.Right!.alias().DetachFromDisposeScope());

    private static Evidence EvidenceOf(DumpedRun run, PortPrecision precision) => new(
        new JudgedRun(run, [.. run.Tensors.Select(tensor => new JudgedResult { Step = tensor.Step, Scope = tensor.Scope, Name = tensor.Name, Verdict = Verdict.Ok })]),
        new Replay(run, new PortTolerances(run.Golden.Model.Manifest, precision)));

    private static string Reason(KnownMistake mistake, ModelParams model, List<Finding> findings) =>
        findings.TrueForAll(finding => finding == Finding.Nothing) ? "nothing that was dumped depends on it"
        : mistake.Name.StartsWith("gqa_", StringComparison.Ordinal) && model.n_kv_heads == model.n_heads ? "the model has as many key/value heads as heads"
        : (mistake.Name.StartsWith("gqa_", StringComparison.Ordinal) || mistake.Name.StartsWith("kv_", StringComparison.Ordinal)) && model.n_kv_heads == 1 ? "the model has one key/value head"
        : mistake.Name == "tied_output" && model.tie_word_embeddings ? "the model's embeddings are tied"
        : "the same on this prompt, as far as the precision tells";
}
