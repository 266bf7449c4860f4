namespace Llama3.Checking.Tests.Reports;

/// <summary>Reports on weights, heads, norms and what else a layer is made of.</summary>
internal static class WeightReports
{
    private const string Tied = "tied embeddings", Groups = "grouped queries", HeadDim = "size of a head", Norm = "norms", Quantised = "quantised weights", Ffn = "feed-forward";

    internal static readonly Recreation
        RandomOutput = Recreation.On("small-3.2", "prompt", port =>
        {
            var random = new Random(1);
            port.Config.Tied = false;
            port.Weights["output.weight"] = [.. Enumerable.Range(0, port.Config.Words * port.Config.Dim).Select(_ => (random.NextSingle() - 0.5f) / 10)];
        }).HasNoName("the matrix is random"),
        Modulo = Recreation.On("micro", "prompt", port => port.KvHead = head => head % port.Config.KvHeads).Is("gqa_modulo"),
        EpsOutside = Recreation.On("micro", "prompt", port => port.Norm = (row, weight) =>
        {
            var root = Math.Sqrt(PlainMath.Dot(row, row) / row.Length) + port.Config.Eps;
            return [.. row.Zip(weight, (x, w) => (float)(x / root) * w)];
        }).Is("eps_outside"),
        CutByQueryHead = Recreation.On("small", "prompt", CutPerQueryHead).HasNoName("rows of q, k and v are mixed as no other converter does it"),
        Eps1e6 = Recreation.On("micro", "prompt", port => port.Config.Eps = 1e-6).Is("eps_1e-6"),
        NormInPlace = Recreation.On("micro", "prompt", port => port.Residual = (layer, input, normed) => layer == 0 ? normed : input).Is("residual_from_norm"),
        SiluOnProduct = Recreation.On("micro", "prompt", port => port.Gated = (_, gate, up) => PlainMath.Silu(gate * up)).Is("silu_on_product");

    public static IReadOnlyList<Report> All { get; } =
    [
        new Report("keras-team/keras-hub#1895", Tied, "tie_word_embeddings is not read").Without("crash"),
        new Report("meta-pytorch/torchtune#2331", Tied, "the exported config lacks tie_word_embeddings, and the loader makes an output matrix of its own").As(RandomOutput),
        new Report("huggingface/transformers#43429", Tied, "tie_word_embeddings stands on another level of the config: lm_head stays random").As(RandomOutput),
        new Report("ekzhang/jax-js#180", Groups, "keys and values are tiled instead of repeated").As(Modulo),
        new Report("EleutherAI/gpt-neox#1345", Groups, "the converter cuts q, k and v for every query head, where the model has one after the other").As(CutByQueryHead),
        new Report("EleutherAI/gpt-neox#1345", Norm, "eps is added to the root").As(EpsOutside),
        new Report("tenstorrent/tt-metal#38321", Groups, "the size of a head is the width of q, k and v together, divided by the query heads").Without("shapes do not fit"),
        new Report("THUDM/LongBench#27", Groups, "keys and values are not repeated; its models have a key/value head for every query head").Without("no wrong number"),
        new Report("tinygrad/tinygrad#2267", Groups, "the cache has the wrong number of heads").Without("cause unknown"),
        new Report("huggingface/candle#2358", HeadDim, "the tables have 80 pairs for heads of 128").Without("crash"),
        new Report("huggingface/transformers#47707", HeadDim, "a config with a head_dim of its own is refused").Without("refused"),
        new Report("keras-team/keras-hub#1993", Norm, "the loader leaves eps at its default, 1e-6").As(Eps1e6),
        new Report("foundation-model-stack/foundation-model-stack#99", Norm, "eps has the default 1e-6").As(Eps1e6),
        new Report("OpenNMT/CTranslate2#1357", Norm, "eps of the config is not carried over").As(Eps1e6),
        new Report("GeeeekExplorer/nano-vllm#170", Norm, "in float32 the first norm works in place, so that the residual is the normalised row").As(NormInPlace),
        new Report("Nijikadesu/breakdown-minimind#3", Ffn, "the activation is applied to the product of gate and up").As(SiluOnProduct),
        new Report("paiml/aprender#2115", Quantised, "6-bit scales of Q3_K are read as 4-bit ones").Without("quantised file"),
        new Report("paiml/aprender#1924", Quantised, "scales of Q2_K are on the wrong lanes").Without("quantised file"),
        new Report("1bit-MONSTER/1bit-MONSTER#483", Quantised, "only the first block is read").Without("quantised file"),
        new Report("1bit-MONSTER/1bit-MONSTER#474", Quantised, "offsets follow the order of a hash map, and the up matrix is never loaded").Without("quantised file"),
        new Report("paiml/aprender#155", Quantised, "kernels expect columns, where files have rows").Without("quantised file"),
    ];

    /// <summary>Head by head: its rows of q, then its share of the rows of k, then of v. The result is read as all of q, all of k, all of v.</summary>
    private static void CutPerQueryHead(PlainLlama port)
    {
        var config = port.Config;
        for (var layer = 0; layer < config.Layers; layer++)
        {
            string[] names = [.. new[] { "wq", "wk", "wv" }.Select(name => $"layers.{layer}.attention.{name}.weight")];
            var fused = new List<float>();
            for (var head = 0; head < config.Heads; head++)
            {
                foreach (var matrix in names.Select(name => port.Weights[name]))
                {
                    var share = matrix.Length / config.Heads;
                    fused.AddRange(matrix.AsSpan(head * share, share));
                }
            }
            var start = 0;
            foreach (var name in names)
            {
                var length = port.Weights[name].Length;
                (port.Weights[name], start) = ([.. fused.Skip(start).Take(length)], start + length);
            }
        }
    }
}
