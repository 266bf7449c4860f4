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
                select (state.Name, model, precision, halves), every: 50, everyInLong: 5))
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

    public static TheoryData<string, string> Wrong
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (state, name) in LongTests.Some(
                [
                    ("batch_left", "padding_not_masked"), ("batch_left", "cache_pos_without_padding"), ("second_prompt", "cache_not_cleared"),
                    ("batch_right", "padding_not_masked"), ("chunks", "cache_pos_restart"), ("bucket", "logits_of_padding"), ("rolled_back", "run_kept_other"),
                    ("prefix", "run_kept_other"), ("growing_cache", "cache_rows_lost_64"),
                    .. LongTests.All ? [("long_prompt", "rope_scaling_factor_8")] : Array.Empty<(string, string)>(),
                ],
                every: 9))
            {
                data.Add(state, name);
            }
            return data;
        }
    }

    [Theory(DisplayName = "states: what shows in them is named:"), MemberData(nameof(Wrong))]
    public void Named(string state, string name)
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
        ["cache_pos_without_padding"] = port => port.Position = (pass, slot) => pass.IsPrompt ? slot : pass.Row.Slots.Take(slot).Count(before => before.IsToken),
        ["cache_rows_lost_64"] = port => port.Read = pass =>
        {
            var grows = pass.First > 0 && (pass.First - 1) / 64 < (pass.Row.Slots.Count - 1) / 64;
            foreach (var lost in pass.Row.Slots.Take(grows ? pass.First : 0).SelectMany(slot => slot.Keys.Concat(slot.Values))) { Array.Clear(lost!); }
            return pass.Row.Slots;
        },
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
