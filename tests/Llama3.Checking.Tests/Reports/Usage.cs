using Llama3.Checking.Judging;

namespace Llama3.Checking.Tests.Reports;

/// <summary>What a port is run on.</summary>
/// <param name="Name">Short.</param>
/// <param name="What">What it is, in words.</param>
/// <param name="Run">Runs it.</param>
internal sealed record Usage(string Name, string What, Action<PlainLlama, PlainModel> Run)
{
    /// <summary>Whether it begins with the model's own prompt, of which there may be goldens.</summary>
    private bool IsOfOwnPrompt { get; init; }

    private string? Case { get; init; }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Usage> All { get; } =
    [
        new("prompt", "the model's own prompt", (port, model) => port.Prompt([Row(model.Prompt)])) { IsOfOwnPrompt = true },
        new("passes", "the prompt, then one token, five and one", (port, model) =>
        {
            port.Prompt([Row(model.Prompt)]);
            foreach (var pass in model.Passes) { port.Pass([Row(pass)]); }
        }) { IsOfOwnPrompt = true },
        new("chunks", "a prompt of 20 tokens in chunks of 7, then two tokens", (port, model) => Chunks(port, model)),
        new("second prompt", "a prompt and a token, then another prompt and a token", (port, model) => Runs(port, model, kept: 0)),
        new("prefix", "a prompt and a token, then another prompt that begins with the same 8 tokens", (port, model) => Runs(port, model, kept: 8)),
        new("rolled back", "a prompt and a token, of which the last three are taken back", (port, model) => Runs(port, model, kept: 10)),
        new("batch left", "three prompts of 5, 12 and 9 tokens, padded on the left, then one token and two", (port, model) => Batch(port, model, left: true)),
        new("batch right", "three prompts of 5, 12 and 9 tokens, padded on the right, then one token and two", (port, model) => Batch(port, model, left: false)),
        new("batch of chunks", "three prompts, padded on the left, in chunks of 9 slots, then one token", (port, model) => BatchOfChunks(port, model)),
        new("bucket", "a prompt of 11 tokens in 16 slots, then two tokens", (port, model) =>
        {
            port.IsPadded = true;
            port.Prompt([Padded(model.Ids(11, 1), 16, left: false)]);
            foreach (var seed in (int[])[2, 3]) { port.Pass([Row(model.Ids(1, seed))]); }
        }),
        new("long prompt", "a prompt of 80 tokens, then one", (port, model) =>
        {
            port.Prompt([Row(model.Ids(80, 4))]);
            port.Pass([Row(model.Ids(1, 5))]);
        }),
        new("far positions", "the inputs of --case far_positions", (port, model) => port.Rotate(model.Far)) { IsOfOwnPrompt = true, Case = "far_positions" },
    ];

    public static Usage Named(string name) => All.Single(usage => usage.Name == name);

    /// <summary>The verdict on a port.</summary>
    public PortReport Judge(PlainLlama port, PlainModel model)
    {
        Run(port, model);
        return PortReport.Of(port.Dump, model.Judge(IsOfOwnPrompt), caseName: Case);
    }

    private static void Chunks(PlainLlama port, PlainModel model)
    {
        var prompt = model.Ids(20, 6);
        port.Announced = prompt.Length;
        port.Prompt([Row(prompt[..7])]);
        port.Pass([Row(prompt[7..14])]);
        port.Pass([Row(prompt[14..])]);
        foreach (var seed in (int[])[7, 8]) { port.Pass([Row(model.Ids(1, seed))]); }
    }

    private static void Runs(PlainLlama port, PlainModel model, int kept)
    {
        port.Prompt([Row(model.Ids(12, 9))]);
        port.Pass([Row(model.Ids(1, 10))]);
        port.Prompt([Row(model.Ids(6, 11))], kept);
        port.Pass([Row(model.Ids(1, 12))]);
    }

    private static void Batch(PlainLlama port, PlainModel model, bool left)
    {
        port.IsPadded = true;
        port.Prompt([.. Lengths.Select((length, row) => Padded(model.Ids(length, row), Lengths.Max(), left))]);
        port.Pass([.. Lengths.Select((_, row) => Row(model.Ids(1, 20 + row)))]);
        port.Pass([.. Lengths.Select((_, row) => Row(model.Ids(2, 30 + row)))]);
    }

    private static void BatchOfChunks(PlainLlama port, PlainModel model)
    {
        port.IsPadded = true;
        long?[][] rows = [.. Lengths.Select((length, row) => Padded(model.Ids(length, row), Lengths.Max(), left: true))];
        port.Announced = rows[0].Length;
        port.Prompt([.. rows.Select(row => row[..9])]);
        port.Pass([.. rows.Select(row => row[9..])]);
        port.Pass([.. rows.Select((_, row) => Row(model.Ids(1, 20 + row)))]);
    }

    private static readonly int[] Lengths = [5, 12, 9];

    private static long?[] Row(long[] ids) => Array.ConvertAll(ids, id => (long?)id);

    private static long?[] Padded(long[] ids, int slots, bool left)
    {
        var padding = new long?[slots - ids.Length];
        return left ? [.. padding, .. Row(ids)] : [.. Row(ids), .. padding];
    }
}
