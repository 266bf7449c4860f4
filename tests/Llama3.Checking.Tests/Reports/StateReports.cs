namespace Llama3.Checking.Tests.Reports;

/// <summary>Reports on caches, positions, chunks and batches.</summary>
internal static class StateReports
{
    private const string Cache = "cache and positions", Batch = "batch and padding", Kernel = "attention kernel", Kept = "quantised cache";

    internal static readonly Recreation
        TopLeft = Recreation.On("micro", "passes", port => port.Sees = (pass, query, key) => key <= query - pass.First).Is("cache_mask_top_left"),
        Doubled = Recreation.On("small", "chunks", port => port.Position = (pass, slot) => slot + (pass.Count > 1 ? pass.First : 0)).Is("cache_pos_doubled"),
        SlotsInChunks = Recreation.On("small", "batch of chunks", port =>
        {
            var right = port.Position;
            port.Position = (pass, slot) => pass.Count > 1 ? slot : right(pass, slot);
        }).HasNoName("the prompt is right: its positions may count the padding. Then those of the next token must too"),
        Unwritten = Recreation.On("small", "chunks", WholePromptRead).Is("cache_rows_unwritten"),
        PrefixShort = Recreation.On("small", "prefix", port => port.Kept = (_, kept) => Math.Max(0, kept - 1)).Is("cache_pos_minus1", "cache_slot_minus1"),
        NotCleared = Recreation.On("small", "second prompt", port =>
        {
            port.Kept = (row, _) => row.Slots.Count;
            port.Position = (pass, slot) => pass.Row.Slots.Take(slot).Count(before => before.Run == pass.Row.Slots[slot].Run);
            port.Sees = (pass, query, key) => pass.Row.Slots[key].Position <= pass.Row.Slots[query].Position;
        }).Is("cache_not_cleared_masked_by_position"),
        SecondLast = Recreation.On("small", "batch right", port =>
        {
            var right = port.Last;
            port.Last = pass => Math.Max(0, right(pass) - 1);
        }).Is("second_last"),
        PositionsOfSlots = Recreation.On("small", "batch left", port =>
        {
            var right = port.Position;
            port.Position = (pass, slot) => pass.IsPrompt ? right(pass, slot) : slot;
        }).Is("cache_pos_with_padding"),
        MaskedAtFirst = Recreation.On("small", "batch left", port =>
        {
            var right = port.Sees;
            port.Sees = (pass, query, key) => pass.IsPrompt ? right(pass, query, key) : key <= query;
        }).Is("padding_not_masked"),
        NotMasked = Recreation.On("small", "batch left", port => port.Sees = (_, query, key) => key <= query).Is("padding_not_masked"),
        OneRowTurned = Recreation.On("small", "batch left", port =>
        {
            var right = port.Turn;
            port.Turn = (pass, slot, row) => pass.Count > 1 || pass.Row.Number == 0 ? right(pass, slot, row) : new float[row.Length];
        }).HasNoName("what is in memory that nothing has been written to is no computation"),
        NotANumber = Recreation.On("small", "batch left", port => port.Attended = (pass, row) =>
            pass.Count > 1 ? row : Array.ConvertAll(row, _ => float.NaN)).HasNoName("where NaN comes from cannot be told from it"),
        ScaleFloored = Recreation.On("micro", "passes", port => port.Keep = row => PlainNumbers.EachHead(row, port.Config.HeadDim, head =>
            PlainNumbers.InInt8(head, scale => Math.Max(scale, 1)))).Is("cache_int8_scale_floored");

    public static IReadOnlyList<Report> All { get; } =
    [
        new Report("meta-llama/llama#899", Cache, "the mask of new tokens is square, and the scores are not").As(TopLeft),
        new Report("mlx-node/mlx-node#33", Cache, "the offset of a chunk is added to an offset that has advanced already").As(Doubled),
        new Report("huggingface/transformers#43082", Cache, "the positions of chunks are those of the cache, whatever padding a row has").As(SlotsInChunks),
        new Report("GeeeekExplorer/nano-vllm#213", Cache, "a chunk reads as many keys as the whole prompt has").As(Unwritten),
        new Report("waybarrios/vllm-mlx#311", Cache, "the prefix cache is one token short, and that token is not computed again").As(PrefixShort),
        new Report("tenstorrent/vllm#415", Cache, "keys are damaged where a prefix is used again").Without("cause unknown"),
        new Report("SciSharp/LLamaSharp#626", Cache, "the place of a batch that is sampled is off by one; made here as one too early").As(SecondLast),
        new Report("EricLBuehler/mistral.rs#300", Cache, "the cache is indexed wrongly").Without("cause unknown"),
        new Report("ggml-org/llama.cpp#7859", Cache, "a second evaluation starts at position 0 with a cache that still holds the first").As(NotCleared),
        new Report("unslothai/unsloth#4078", Batch, "one row of positions, those of the slots, for all rows of a batch that is padded on the left; made here in the passes after the prompt").As(PositionsOfSlots),
        new Report("rasbt/reasoning-from-scratch#33", Batch, "positions are computed once per batch: they count the padding, in all passes alike").Without("no wrong number"),
        new Report("OpenNMT/OpenNMT-py#2532", Batch, "padding is masked in the first pass only").As(MaskedAtFirst),
        new Report("ml-explore/mlx-swift#441", Batch, "of single tokens only row 0 is rotated, the others are what was in memory; made here as zeros").As(OneRowTurned),
        new Report("tenstorrent/tt-xla#2546", Batch, "a batch that is padded on the left is wrong after an update; made here as padding that is not masked").As(NotMasked),
        new Report("ggml-org/llama.cpp#13469", Kernel, "only some warps reach a barrier").Without("hardware race"),
        new Report("ggml-org/llama.cpp#13438", Kernel, "two races").Without("hardware race"),
        new Report("NVIDIA/TensorRT-LLM#17477", Kernel, "a row that is masked as a whole counts every key").Without("rows of padding only"),
        new Report("microsoft/onnxruntime#20521", Kernel, "attention of one token in a batch is NaN").As(NotANumber),
        new Report("lablup/mlxcel#717", Kept, "the scale of the int8 cache is at least 1").As(ScaleFloored),
        new Report("ikawrakow/ik_llama.cpp#1521", Kept, "a bfloat16 cache is wrong where a group has not 8 heads").Without("cause unknown"),
        new Report("NVIDIA/TensorRT-LLM#967", Kept, "an int8 cache with weights in int8 by channel loses accuracy").Without("cause unknown"),
    ];

    /// <summary>The kernel is told the length of the whole prompt, and masks from the end of it: what is not written yet is zero.</summary>
    private static void WholePromptRead(PlainLlama port)
    {
        var right = port.Sees;
        port.Read = pass => pass.Row.Slots.Count >= port.Announced ? pass.Row.Slots
            : [.. pass.Row.Slots, .. Enumerable.Range(0, port.Announced - pass.Row.Slots.Count).Select(_ => Empty(port.Config))];
        port.Sees = (pass, query, key) => pass.Row.Slots.Count >= port.Announced
            ? right(pass, query, key)
            : key <= query + port.Announced - pass.Row.Slots.Count;
    }

    private static PlainSlot Empty(PlainConfig config)
    {
        var slot = new PlainSlot(0, true, 0, config.Layers);
        Array.Fill(slot.Keys, new float[config.KvHeads * config.HeadDim]);
        Array.Fill(slot.Values, new float[config.KvHeads * config.HeadDim]);
        return slot;
    }
}
