using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;

namespace Llama3.Checking.Tests.Reading;

/// <summary>A dump that is said to be of a state must hold what the state feeds.</summary>
public sealed class DumpedStateTests
{
    private static readonly State Prefix = State.Named("prefix")!;

    [Fact(DisplayName = "states: what is fed is read from the file")]
    public void Inputs()
    {
        Prefix.Inputs.Keys.Should().Equal("tokens", "run.1.kept", "run.1.tokens");
        (Prefix.Shape("tokens"), Prefix.Shape("run.1.kept")).Should().BeEquivalentTo((new long[] { 9 }, Array.Empty<long>()));
        Prefix.Numbers("run.1.kept").Should().Equal(5);
        State.Named("batch_left")!.Shape("attention_mask").Should().Equal(3, 17);
        State.Named("long_prompt")!.Numbers("tokens").Should().HaveCount(650).And.StartWith([128000, 1820, 4320]);
    }

    [Fact(DisplayName = "states: a dump that lacks an input, or holds other numbers, is refused")]
    public void Refused()
    {
        IsRefused(dump => dump.Remove("run.1.kept"), "the tensors in memory holds no run.1.kept, expected it in a dump of prefix: prompt.json says what to feed");
        IsRefused(dump => dump["run.1.tokens"] = torch.tensor([2132L, 3488, 374]), "the tensors in memory: run.1.tokens holds 3 numbers, expected 4, as prefix of prompt.json says");
        IsRefused(dump => dump["tokens"] = torch.tensor([128000L, 1820, 7, 311, 279, 1176, 3488, 374, 220]), "the tensors in memory: tokens holds 7 at 2, expected 4320, as prefix of prompt.json says");
        IsRefused(dump => dump["run.1.kept"] = torch.tensor(9L), "the tensors in memory: run.1.kept is 9, expected 5, as prefix of prompt.json says");
        IsRefused(dump => dump["run.1.kept"] = torch.tensor(5.5f), "the tensors in memory: run.1.kept holds other numbers than whole ones");
    }

    [Fact(DisplayName = "states: what is in padding is the port's own, and lengths say the same as a mask; a wrong token is named with its row")]
    public void Padding()
    {
        var state = State.Named("batch_right")!;
        var dump = state.Inputs.Keys.ToDictionary(input => input, input => torch.tensor([.. state.Numbers(input)], [.. state.Shape(input)]));
        var ids = state.Numbers("tokens").ToArray();
        (ids[16], ids[18]) = (0, 5);
        dump["tokens"] = torch.tensor(ids, [3, 17]);
        dump.Remove("attention_mask");
        dump["lengths"] = torch.tensor([6L, 17, 9]);
        BadInput.IsRefused(
            () => PortReport.Of(dump, caseName: state.Name), "the tensors in memory: tokens holds 5 in row 1, slot 1, expected 1820, as batch_right of prompt.json says");
    }

    [Fact(DisplayName = "states: a case that there is not is refused with the names of those that there are, states among them")]
    public void Unknown() =>
        BadInput.IsRefused(() => PortReport.Of(Dump(), caseName: "nothing"), "micro has no case nothing; it has article, other_prompt, *, long_prompt, *, prefix");

    private static void IsRefused(Action<Dictionary<string, Tensor>> change, string message)
    {
        var dump = Dump();
        change(dump);
        BadInput.IsRefused(() => PortReport.Of(dump, caseName: Prefix.Name), message);
    }

    private static Dictionary<string, Tensor> Dump() =>
        Prefix.Inputs.Keys.ToDictionary(input => input, input => torch.tensor([.. Prefix.Numbers(input)], [.. Prefix.Shape(input)]));
}
