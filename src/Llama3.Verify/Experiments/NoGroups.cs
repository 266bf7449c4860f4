using System.Globalization;
using Llama3.Formats.Checkpoints;

namespace Llama3.Verify.Experiments;

/// <summary>Grouped queries beside a key and a value head for every query head.</summary>
internal sealed class NoGroups : Experiment
{
    private const int Context = 8192;

    public override string Name => "no-gqa";

    public override string Question => "what do grouped queries save?";

    public override IEnumerable<string> Lines(Setting setting)
    {
        foreach (var (name, model) in new[] { Models.Llama3_8B, Models.Llama3_70B })
        {
            var whole = model with { n_kv_heads = model.n_heads };
            yield return $"{name}: {model.n_heads} query heads share {model.n_kv_heads} key/value heads";
            string[][] rows =
            [
                ["", "grouped", "not grouped", "saved"],
                Row("parameters", model, whole, model => model.parameters, 1e9, " billion"),
                Row("multiplications by weights for a token", model, whole, Models.LayerWork, 1e9, " billion"),
                Row("multiplications for keys and values", model, whole, KeysAndValues, 1e9, " billion"),
                Row("cache of a token, bf16", model, whole, Models.CacheBytes, 1024, " KiB"),
                Row($"cache of {Context} tokens, bf16", model, whole, model => Context * Models.CacheBytes(model), 1 << 30, " GiB"),
                Row($"scores and mixing, {Context} tokens", model, whole, model => Models.AttentionWork(model, Context), 1e9, " billion"),
            ];
            foreach (var line in Columns.Of(rows)) { yield return line; }
            yield return "";
        }
    }

    private static string[] Row(string name, ModelParams grouped, ModelParams whole, Func<ModelParams, long> count, double unit, string unitName)
    {
        var (with, without) = (count(grouped), count(whole));
        return
        [
            name, Text(with), Text(without),
            with == without ? "nothing" : (1 - ((double)with / without)).ToString("P1", CultureInfo.InvariantCulture),
        ];

        string Text(long number) => $"{(number / unit).ToString("N2", CultureInfo.InvariantCulture)}{unitName}";
    }

    private static long KeysAndValues(ModelParams model) => 2L * model.n_layers * model.n_kv_heads * model.head_dim * model.dim;
}
