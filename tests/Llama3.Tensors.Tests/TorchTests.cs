namespace Llama3.Tensors.Tests;

/// <summary>Every operation against values that PyTorch computed.</summary>
public sealed class TorchTests
{
    public static TheoryData<string> Names => [.. TorchCase.Names];

    [Theory(DisplayName = "as torch")]
    [MemberData(nameof(Names))]
    public void As_torch(string name)
    {
        var torchCase = TorchCase.Get(name);
        var (tolerance, run) = TorchOps.All[torchCase.Op];
        var results = run(torchCase.Inputs, torchCase.Args);
        results.Should().HaveSameCount(torchCase.Outputs);
        foreach (var (actual, expected) in results.Zip(torchCase.Outputs)) { tolerance.Check(actual, expected); }
    }

    [Fact]
    public void Every_operation_is_captured() =>
        TorchOps.All.Keys.Should().BeEquivalentTo(TorchCase.Names.Select(name => TorchCase.Get(name).Op).Distinct());
}
