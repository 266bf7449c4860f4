namespace Llama3.Checking.Tests.Reports;

/// <summary>Reports on rotations: their frequencies, their tables, their pairs.</summary>
internal static class RopeReports
{
    private const string Scaling = "RoPE scaling", Pairs = "RoPE pairs", Base = "RoPE base", Rows = "RoPE table";

    internal static readonly Recreation
        Ignored = Recreation.On("micro-3.2", "prompt", port => port.Config.Scaling = null).Is("rope_scaling_ignored"),
        Factor8 = Recreation.On("micro-3.2", "prompt", port => port.Config.Scaling = port.Config.Scaling! with { Factor = 8 }).Is("rope_scaling_factor_8"),
        Linear = Recreation.On("micro-3.2", "prompt", port => port.Frequencies = config =>
            [.. PlainRope.Plain(config, config.Theta).Select(frequency => (float)(frequency / config.Scaling!.Factor))]).Is("rope_scaling_linear"),
        MeanOfPowers = Recreation.On("micro-3.2", "prompt", port => port.Frequencies = config =>
        {
            // Every power of the base is taken for a wavelength's frequency, and is therefore multiplied; their mean is the new base.
            var powers = PlainRope.Plain(config, config.Theta).Select(frequency => config.Scaling!.Factor / frequency);
            return [.. PlainRope.Plain(config, powers.Average()).Select(frequency => (float)frequency)];
        }).Is("rope_scaling_in_base"),
        NoParameters = Recreation.On("micro-3.2", "prompt", port => (port.Config.Theta, port.Config.Scaling) = (10_000, null)).Is("rope_parameters_ignored"),
        Theta1e4 = Recreation.On("micro", "prompt", port => port.Config.Theta = 10_000).Is("rope_theta_1e4"),
        Theta5e4 = Recreation.On("micro", "prompt", port => port.Config.Theta = 50_000).Is("rope_theta_5e4"),
        NotPermuted = new Recreation("micro", "prompt", (port, model) => model.Load(port, halves: true)).Is("qk_hf_permuted"),
        NotPermutedNorScaled = new Recreation("micro-3.2", "prompt", (port, model) =>
        {
            model.Load(port, halves: true);
            port.Config.Scaling = null;
        }).Is("qk_hf_permuted", "rope_scaling_ignored"),
        HalvesPaired = Recreation.On("micro", "prompt", port => port.Halves = true).Is("rope_half_split"),
        ZeroBehindTable = Recreation.On("micro", "far positions", port => port.Table = (frequencies, position) =>
            position < 4096 ? PlainRope.Table(frequencies, position) : Array.ConvertAll(frequencies, _ => (0f, 0f))).Is("rope_table_2048_zero", "rope_table_4096_zero"),
        LastRowOfTable = Recreation.On("micro", "far positions", port => port.Table = (frequencies, position) =>
            PlainRope.Table(frequencies, Math.Min(position, 4095))).Is("rope_table_4096", "rope_table_4096_wrapped");

    public static IReadOnlyList<Report> All { get; } =
    [
        new Report("Blaizzy/mlx-vlm#1710", Scaling, "ten models declare rope_scaling and build a plain RoPE").As(Ignored),
        new Report("meta-llama/llama-models#241", Scaling, "the factor is the constant 8, where the 1B and the 3B need 32").As(Factor8),
        new Report("pytorch/executorch#7265", Scaling, "the factor is the constant 8").As(Factor8),
        new Report("jmaczan/tiny-vllm#1", Scaling, "the frequencies are not scaled").As(Ignored),
        new Report("ikawrakow/ik_llama.cpp#402", Scaling, "the converter does not write the factors into the file").As(Ignored),
        new Report("lablup/mlxcel#1355", Scaling, "the block is parsed and never used, and looked up under type instead of rope_type").As(Ignored),
        new Report("lablup/mlxcel#1688", Scaling, "the block is taken for a linear one: all positions are divided by the factor").As(Linear),
        new Report("huggingface/transformers#32330", Scaling, "the scaled frequencies are computed, and the others are returned").As(Ignored),
        new Report("ml-explore/mlx-swift-examples#152", Scaling, "a new base is computed, the mean of its multiplied powers, instead of scaled frequencies").As(MeanOfPowers),
        new Report("Lightning-AI/litgpt#1713", Scaling, "there is no scaling of 3.1").As(Ignored),
        new Report("floneum/kalosm#340", Scaling, "the factors are expected in the file, where most files lack them").As(Ignored),
        new Report("interestingLSY/swiftLLM#4", Scaling, "rope_scaling, an object, is used as a number; lm_head is missing").Without("crash"),
        new Report("NeuraLegion/shainet#111", Pairs, "neighbours are paired with Hugging Face's weights, and the frequencies are not scaled").As(NotPermutedNorScaled),
        new Report("jmaczan/tiny-vllm#4", Pairs, "neighbours are paired with Hugging Face's weights").As(NotPermuted),
        new Report("ooples/AiDotNet#2074", Pairs, "Hugging Face's q and k are loaded for a kernel that pairs neighbours, and not permuted").As(NotPermuted),
        new Report("pie-project/pie#427", Pairs, "halves are paired with a GGUF file's weights, which are in Meta's order").As(HalvesPaired),
        new Report("nurl-lang/nurl#584", Pairs, "q and k are permuted for one file format, and not for the other").As(NotPermuted),
        new Report("ggml-org/llama.cpp#22611", Pairs, "a path that repacks 4-bit weights does not permute q and k; made here with weights in full").As(NotPermuted),
        new Report("google-deepmind/penzai#102", Base, "the base is the constant 10000").As(Theta1e4),
        new Report("vllm-project/vllm#42624", Base, "rope_parameters of transformers 5 is overwritten by the default base").As(Theta1e4),
        new Report("Open-Athena/MarinFold#184", Base, "rope_parameters of transformers 5 is not read: base 10000, nothing scaled").As(NoParameters),
        new Report("rasbt/LLMs-from-scratch#407", Base, "the base is 50000").As(Theta5e4),
        new Report("meta-pytorch/gpt-fast#179", Base, "the base is 10000").As(Theta1e4),
        new Report("sgl-project/sglang#14745", Base, "rope_theta is looked for at the top of the config, where transformers 5 has it no longer").As(Theta1e4),
        new Report("InternLM/lmdeploy#4304", Base, "a converter does not find rope_theta in rope_parameters, and takes 10000").As(Theta1e4),
        new Report("kvark/meganeura#47", Base, "the rotation was wrong for this model").Without("cause unknown"),
        new Report("pegainfer-project/pegainfer#220", Rows, "the table ends at position 4095, and what lies behind it is read; made here as zeros").As(ZeroBehindTable),
        new Report("hyprstream/hyprstream#1546", Rows, "the table has 8192 rows").Without("crash"),
        new Report("vllm-project/vllm-ascend#1266", Rows, "the table is shorter than the context; made here with its last row behind it").As(LastRowOfTable),
    ];
}
