using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Every mistake that can be made on micro-3.2, made by a port that dumps what it must: of the article's prompt, held against goldens.</summary>
public sealed class Micro32Tests
{
    private static readonly MicroModel Model = MicroModel.Micro32;

    [SkippableFact(DisplayName = "micro-3.2: what is said of every mistake, as a table")]
    public Task The_table()
    {
        LongTests.SkipUnlessAll();
        return Snapshot.Verify(string.Join('\n', Made.Select(mistake => $"{mistake.Name} | {Said(mistake)}").Prepend("mistake | named when only what must be is dumped")));
    }

    public static TheoryData<string> Scaled => [.. ScalingMistakes.All.Where(mistake => Made.Contains(mistake)).Select(mistake => mistake.Name).Where((_, index) => LongTests.Run || index % 5 == 0)];

    [Theory(DisplayName = "micro-3.2: a mistake in scaling RoPE is named, on the article's 17 tokens:"), MemberData(nameof(Scaled))]
    public void Scaling(string name) => Said(KnownMistakes.Everything.Single(mistake => mistake.Name == name)).Should().Be(
        name switch
        {
            "rope_scaling_in_prompt_only" => "agrees",
            "rope_scaling_in_passes_only" => "rope_scaling_ignored at layers.0.q_per_token_rotated",
            _ => "itself",
        },
        "what differs between prompt and passes needs both");

    private static IEnumerable<KnownMistake> Made => Model.Article.Mistakes.Where(mistake => !OtherModelsTests.OfSquares.Contains(mistake.Name));

    private static string Said(KnownMistake mistake)
    {
        var walk = new Walk(Model.Checkpoint, Model.Article.Prompt, float32).InParts(mistake.InParts);
        var report = new DumpCheck(DumpedRun.Of(MemoryDump.Of(Port.Tensors(walk, DumpContract.Must.Contains)), Model.Article)).Run();
        return report.Agrees ? "agrees" : string.Join("; ", report.Results.Where(result => result.IsFault)
            .GroupBy(result => string.Join(", ", result.LooksLike.Select(found => found.Name).DefaultIfEmpty("?")))
            .Select(faults => faults.Key == mistake.Name ? "itself" : $"{faults.Key} at {faults.First().Name}"));
    }
}
