using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging.States;

/// <summary>Several runs in one dump: a second prompt, a prefix that is used again, tokens that are taken back.</summary>
public sealed class RunTests : IDisposable
{
    private static readonly long[] First = [1, 44, 320, 8, 99, 12, 350, 61, 7, 140, 2, 33], Second = [5, 9, 200, 17, 3];

    private readonly StatePort _port = new();
    private readonly Walk _first;
    private readonly Dictionary<string, Tensor> _run0;

    public RunTests()
    {
        _first = _port.Prompt(First);
        _run0 = StatePort.Tensors(_first, "run.0.");
    }

    public void Dispose() => _port.Dispose();

    [Fact(DisplayName = "runs: a second prompt after a cleared cache agrees, with passes")]
    public void Right()
    {
        var second = _port.Prompt(Second);
        var report = _port.Check(_run0, Pass("run.0.decode.0.", StatePort.Next(_first, [4])), Pass("run.1.", second), Pass("run.1.decode.0.", StatePort.Next(second, [6])));
        StatePort.Said(report).Should().BeEmpty();
        report.Passes.Select(part => part.Place).Should().Equal("run.0.decode.0", "run.1", "run.1.decode.0");
    }

    [Fact(DisplayName = "runs: a prefix that is used again agrees, if the dump says how much of it, or at which positions the run starts")]
    public void Prefix()
    {
        var second = Pass("run.1.", StatePort.Next(_first, Second, kept: 8));
        StatePort.Said(_port.Check(_run0, second)).Should().BeEmpty();
        second.Remove("run.1.positions");
        second["run.1.kept"] = torch.tensor(8L);
        StatePort.Said(_port.Check(_run0, second)).Should().BeEmpty();
    }

    [Fact(DisplayName = "runs: the next turn of a padded batch agrees, on its padded cache and with a mask of all slots")]
    public void Next_turn_of_batch()
    {
        var (padded, full) = (_port.Prompt(Second), _port.Prompt(First));
        var batch = StatePort.Batch(left: true, (StatePort.Tensors(padded), 5), (StatePort.Tensors(full), 12));
        var parts = batch.ToDictionary(tensor => $"run.0.{tensor.Key}", tensor => tensor.Value);
        ArticleStep[] steps = [CacheSteps.k_cache];
        var turns = new[] { padded, full }.Select(walk => StatePort.Tensors(StatePort.Next(walk, [4, 6]), "", steps)).ToArray();
        foreach (var name in turns[0].Keys)
        {
            parts[$"run.1.{name}"] = name.EndsWith("_cache", StringComparison.Ordinal)
                ? torch.stack([torch.cat([torch.full([2, 7, 16], 9f), turns[0][name]], 1), turns[1][name]])
                : torch.stack([turns[0][name], turns[1][name]]);
        }
        parts["run.1.kept"] = torch.tensor([5L, 12]);
        parts["run.1.attention_mask"] = torch.cat([batch["attention_mask"], torch.ones([2, 2], dtype: int64)], 1);
        StatePort.Said(_port.Check(parts)).Should().BeEmpty();
    }

    [Fact(DisplayName = "runs: whoever goes on after all of the run before says so, or it is a cache that was not cleared")]
    public void Not_cleared()
    {
        var second = StatePort.Next(_first, Second);
        var parts = Pass("run.1.", second).Concat(Pass("run.1.decode.0.", StatePort.Next(second, [6]))).ToDictionary();
        StatePort.Said(_port.Check(_run0, parts)).Should().Equal(new Dictionary<string, string>
        {
            ["run.1"] = "cache_not_cleared",
            ["run.1.decode.0"] = "cache_not_cleared",
        });
        parts["run.1.kept"] = torch.tensor(12L);
        StatePort.Said(_port.Check(_run0, parts)).Should().BeEmpty();
    }

    [Fact(DisplayName = "runs: a cache that was not cleared is named where the positions do start again")]
    public void Not_cleared_positions_restart() =>
        StatePort.Said(_port.Check(_run0, Pass("run.1.", StatePort.Next(_first, Second, positions: [0, 1, 2, 3, 4])))).Should().Equal(
            new Dictionary<string, string> { ["run.1"] = "cache_not_cleared_positions_restart" });

    [Fact(DisplayName = "runs: what the run before left is named in the run after the next too")]
    public void Not_cleared_twice()
    {
        var second = StatePort.Next(_first, Second);
        var parts = Pass("run.1.", second).Concat(Pass("run.2.", StatePort.Next(second, [6, 7]))).ToDictionary();
        StatePort.Said(_port.Check(_run0, parts)).Should().Equal(new Dictionary<string, string> { ["run.1"] = "cache_not_cleared", ["run.2"] = "cache_not_cleared" });
    }

    [Fact(DisplayName = "runs: tokens that were to be taken back and are still there are named")]
    public void Not_taken_back()
    {
        var second = Pass("run.1.", StatePort.Next(_first, Second, positions: [8, 9, 10, 11, 12]));
        second["run.1.kept"] = torch.tensor(8L);
        StatePort.Said(_port.Check(_run0, second)).Should().Equal(new Dictionary<string, string> { ["run.1"] = "cache_not_cleared_positions_restart" });
    }

    [Fact(DisplayName = "runs: a prefix that is one token short is named by its two mistakes")]
    public void Prefix_short()
    {
        var second = Pass("run.1.", StatePort.Next(_first, Second, kept: 7));
        second["run.1.kept"] = torch.tensor(8L);
        StatePort.Said(_port.Check(_run0, second)).Should().Equal(
            new Dictionary<string, string> { ["run.1"] = "cache_pos_minus1, cache_slot_minus1" });
    }

    [Theory(DisplayName = "runs: a prefix of another length is named, with its length")]
    [InlineData(9, true, "run_kept_other", "the run goes on after 1 token too many of the run before")]
    [InlineData(11, true, "run_kept_other", "the run goes on after 3 tokens too many of the run before")]
    [InlineData(11, false, "run_kept_other_positions_right", "the run goes on after 3 tokens too many of the run before, though the positions are right")]
    [InlineData(5, false, "run_kept_other_positions_right", "the run goes on after 3 tokens too few of the run before, though the positions are right")]
    public void Prefix_of_another_length(int kept, bool withPositions, string name, string mistake)
    {
        var second = Pass("run.1.", StatePort.Next(_first, Second, kept, withPositions ? null : [8, 9, 10, 11, 12]));
        second["run.1.kept"] = torch.tensor(8L);
        var report = _port.Check(_run0, second);
        StatePort.Said(report).Should().Equal(new Dictionary<string, string> { ["run.1"] = name });
        report.Passes.SelectMany(part => part.Results).SelectMany(result => result.LooksLike).Select(found => found.Mistake).Distinct().Should().Equal(mistake);
    }

    [Fact(DisplayName = "runs: positions that go on after the run before, whose cache was cleared, are named, in the passes after it too")]
    public void Positions_not_cleared()
    {
        var second = _port.Prompt(Second, [12, 13, 14, 15, 16]);
        var next = StatePort.Next(second, [6], positions: [17]);
        StatePort.Said(_port.Check(_run0, Pass("run.1.", second), Pass("run.1.decode.0.", next))).Should().Equal(
            new Dictionary<string, string> { ["run.1"] = "positions_not_cleared", ["run.1.decode.0"] = "positions_not_cleared" });
    }

    [Fact(DisplayName = "runs: rows that the run before has left behind those of this run are named")]
    public void Rows_left()
    {
        var second = _port.Prompt(Second);
        var next = StatePort.Next(second, [6]);
        var stale = next.With(new Dictionary<ArticleStep, Func<Values, StepResult>>(FinerPoints.compositions)
        {
            [CacheSteps.k_cache] = v => torch.cat([v.right(CacheSteps.k_cache), Rest(CacheSteps.k_cache, v)], -2),
            [CacheSteps.v_cache] = v => torch.cat([v.right(CacheSteps.v_cache), Rest(CacheSteps.v_cache, v)], -2),
        });
        StatePort.Said(_port.Check(_run0, Pass("run.1.", second), Pass("run.1.decode.0.", stale))).Should().Equal(
            new Dictionary<string, string> { ["run.1.decode.0"] = "cache_rows_left" });

        Tensor Rest(ArticleStep cache, Values v) => _first[cache, Scope.Layer(v.layer)].tensor[.., 6..];
    }

    [Theory(DisplayName = "runs: what contradicts itself is refused:")]
    [InlineData("run.1.kept", 13, "run.1*: kept is 13, expected a number from 0 to 12, the tokens of the run before")]
    [InlineData("run.1.kept", -1, "run.1*: kept is -1, expected a number from 0 to 12, the tokens of the run before")]
    [InlineData("run.0.kept", 1, "run.0*: kept is 1, expected 0: no run came before")]
    [InlineData("run.3.tokens", 1, "*: run.3.tokens is dumped without run.2, expected every one from run.0 on")]
    public void Refused(string name, long value, string expected)
    {
        var second = Pass("run.1.", _port.Prompt(Second));
        second[name] = torch.tensor(value);
        BadInput.IsRefused(() => _port.Check(_run0, second), $"the tensors in memory, {expected}".Replace(", *", "", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "runs: the first needs no number")]
    public void First_without_number() =>
        StatePort.Said(_port.Check(StatePort.Tensors(_first), Pass("decode.0.", StatePort.Next(_first, [4])), Pass("run.1.", _port.Prompt(Second)))).Should().BeEmpty();

    [Fact(DisplayName = "runs: more than 256 prompts are refused at once")]
    public void Too_many() => BadInput.IsRefused(
        () => _port.Check(Enumerable.Range(0, 100_000).ToDictionary(run => $"run.{run}.tokens", _ => torch.tensor(1L))),
        "the tensors in memory holds 100000 prompts, expected 256 at most: dump fewer runs, or fewer rows of the batch");

    private static Dictionary<string, Tensor> Pass(string prefix, Walk walk) => StatePort.Tensors(walk, prefix);
}
