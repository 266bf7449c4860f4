using Llama3.Checking.Goldens;

namespace Llama3.Checking.Tests.Reports;

/// <summary>Feeds a port what a state of fixtures/states.json says.</summary>
internal static class StateRuns
{
    public static void Run(State state, PlainLlama port)
    {
        port.IsPadded = state.Inputs.ContainsKey("attention_mask");
        for (var run = 0; state.Inputs.ContainsKey($"{Prefix(run)}tokens"); run++)
        {
            var kept = state.Inputs.ContainsKey($"{Prefix(run)}kept") ? (int)state.Numbers($"{Prefix(run)}kept")[0] : 0;
            port.Prompt(Rows(state, Prefix(run)), kept);
            for (var pass = 0; state.Inputs.ContainsKey($"{Prefix(run)}decode.{pass}.tokens"); pass++) { port.Pass(Rows(state, $"{Prefix(run)}decode.{pass}.")); }
        }
    }

    private static string Prefix(int run) => run == 0 ? "" : $"run.{run}.";

    /// <summary>The ids of each row; null for padding.</summary>
    private static List<long?[]> Rows(State state, string prefix)
    {
        var (ids, length) = (state.Numbers($"{prefix}tokens"), (int)state.Shape($"{prefix}tokens")[^1]);
        var mask = state.Inputs.ContainsKey($"{prefix}attention_mask") ? state.Numbers($"{prefix}attention_mask") : [.. ids.Select(_ => 1L)];
        return [.. ids.Zip(mask, (id, isToken) => isToken == 1 ? id : (long?)null).Chunk(length)];
    }
}
