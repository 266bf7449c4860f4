using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;

namespace Llama3.Checking.Tests.Reports;

/// <summary>The states of fixtures/states.json: a port that is right agrees, and what it keeps wrongly is named.</summary>
public sealed class StateTests
{
    public static TheoryData<string, string, string, bool> Honest
    {
        get
        {
            var data = new TheoryData<string, string, string, bool>();
            // The long prompt takes by far the longest; the other models add little.
            foreach (var (state, model, precision, halves) in LongTests.Some(
                from state in State.All
                from model in (string[])["micro-3.2", "micro", "micro-mha"]
                from precision in PlainMath.Roundings.Keys
                from halves in (bool[])[false, true]
                where LongTests.All || (state.Name == "long_prompt" ? model == "micro-3.2" && precision == "fp16" && !halves : halves == (precision == "bf16") && (model == "micro-3.2" || halves))
                select (state.Name, model, precision, halves), every: 25))
            {
                data.Add(state, model, precision, halves);
            }
            return data;
        }
    }

    [Theory(DisplayName = "states: a port that is right agrees:"), MemberData(nameof(Honest))]
    public void Agrees(string state, string model, string precision, bool halves)
    {
        var report = Judge(State.Named(state)!, model, halves, port => port.Round = PlainMath.Roundings[precision]);
        report.Agrees.Should().BeTrue($"{report}");
    }

    [Theory(DisplayName = "states: what shows in them is named:")]
    [InlineData("second_prompt", "cache_not_cleared")]
    [InlineData("batch_left", "padding_not_masked")]
    [InlineData("chunks", "cache_pos_restart")]
    [InlineData("bucket", "logits_of_padding")]
    [InlineData("rolled_back", "run_kept_other")]
    public void Named(string state, string name) => IsNamed(state, name);

    [SkippableFact(DisplayName = "states: a factor of 8 instead of 32 is named in a long prompt")]
    public void Named_in_a_long_prompt()
    {
        LongTests.SkipUnlessAskedFor();
        IsNamed("long_prompt", "rope_scaling_factor_8");
    }

    private static void IsNamed(string state, string name)
    {
        var report = Judge(State.Named(state)!, "micro-3.2", halves: false, Mistakes[name]);
        Names(report).Should().Equal(name);
    }

    private static readonly Dictionary<string, Action<PlainLlama>> Mistakes = new()
    {
        ["cache_not_cleared"] = port => port.Kept = (row, _) => row.Slots.Count,
        ["padding_not_masked"] = port => port.Sees = (_, query, key) => key <= query,
        ["cache_pos_restart"] = port => port.Position = (pass, slot) => slot - pass.First,
        ["logits_of_padding"] = port => port.Last = pass => pass.Count - 1,
        ["run_kept_other"] = port => port.Kept = (_, kept) => kept == 0 ? 0 : kept + 2,
        ["rope_scaling_factor_8"] = port => port.Config.Scaling = port.Config.Scaling! with { Factor = 8 },
    };

    private static PortReport Judge(State state, string name, bool halves, Action<PlainLlama> change)
    {
        using var model = PlainModel.Named(name);
        var port = model.Port(halves);
        change(port);
        StateRuns.Run(state, port);
        return PortReport.Of(port.Dump, MicroModel.Named(name), caseName: state.Name);
    }

    private static IEnumerable<string> Names(PortReport report) => report.Passes.Prepend(report)
        .SelectMany(part => part.Results).Where(result => result.IsFault).SelectMany(result => result.LooksLike.Select(found => found.Name).DefaultIfEmpty("?")).Distinct();
}
