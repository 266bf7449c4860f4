using System.Globalization;

namespace Llama3.Verify.Experiments;

/// <summary>Work and memory with and without a cache of keys and values.</summary>
internal sealed class CacheCosts : Experiment
{
    private static readonly int[] Lengths = [16, 128, 512, 1024, 2048, 4096, 8192];

    public override string Name => "kv-cache";

    public override string Question => "what does a cache of keys and values save, and what does it cost?";

    public override IEnumerable<string> Lines(Setting setting)
    {
        var (name, model) = Models.Llama3_8B;
        var (layers, output) = ((double)Models.LayerWork(model), (long)model.vocab_size * model.dim);
        yield return $"{name}: multiplications for the token that comes next (billions), and for all tokens up to it (trillions)";
        string[] headings = ["tokens before", "no cache", "cache", "times", "all, no cache", "all, cache", "times", "size in bf16"];
        foreach (var line in Columns.Of([headings, .. Lengths.Select(Row)])) { yield return line; }

        string[] Row(int length)
        {
            var (without, with) = (Without(length + 1), With(length + 1));
            var (allWithout, allWith) = (Sum(length + 1, Without), Sum(length + 1, With));
            var bytes = length * (double)Models.CacheBytes(model) / (1 << 20);
            return
            [
                $"{length}", In(1e9, without), In(1e9, with), Times(without, with), In(1e12, allWithout), In(1e12, allWith), Times(allWithout, allWith),
                string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} MiB"),
            ];
        }

        double Without(int tokens) => (tokens * (layers + Models.AttentionWork(model, tokens))) + output;
        double With(int tokens) => layers + Models.AttentionWork(model, tokens) + output;
    }

    private static double Sum(int tokens, Func<int, double> work) => Enumerable.Range(1, tokens).Sum(work);

    private static string In(double unit, double count) => (count / unit).ToString("N1", CultureInfo.InvariantCulture);

    private static string Times(double more, double less) => (more / less).ToString("N0", CultureInfo.InvariantCulture);
}
