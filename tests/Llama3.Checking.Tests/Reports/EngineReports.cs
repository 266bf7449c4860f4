namespace Llama3.Checking.Tests.Reports;

/// <summary>What engines get wrong as they are published, found by running them on a real small model in 2026.</summary>
internal static class EngineReports
{
    private const string Engines = "published engines";

    private static readonly Recreation CacheNotRead = Recreation.On("micro-3.2", "passes", port =>
    {
        var right = port.Sees;
        port.Sees = (pass, query, key) => key >= pass.First && right(pass, query, key);
    }).Is("cache_not_read");

    public static IReadOnlyList<Report> All { get; } =
    [
        new Report("candle-transformers 0.11.1", Engines, "rope_parameters of a config.json of transformers 5 is not read: theta is 10000, and nothing is scaled").As(RopeReports.NoParameters),
        new Report("candle-transformers 0.10.1", Engines, "new tokens behind a cache get a square mask").As(StateReports.TopLeft),
        new Report("candle's models of GGUF files", Engines, "rope.scaling of the file is not read").As(RopeReports.Ignored),
        new Report("llama-rs 0.23.1", Engines, "neighbours are rotated with Hugging Face's weights").As(RopeReports.NotPermuted),
        new Report("llama-rs 0.23.1", Engines, "llama3's factor divides all positions").As(RopeReports.Linear),
        new Report("FlaxLlama of transformers 4.57.6", Engines, "theta is the constant 10000").As(RopeReports.Theta1e4),
        new Report("keras-hub 0.32.0", Engines, "eps stays at its default, 1e-6").As(WeightReports.Eps1e6),
        new Report("TransformerLens 4.3.0 with transformers 5.24", Engines, "the cache's argument was renamed, and the cache is ignored").As(CacheNotRead),
    ];
}
