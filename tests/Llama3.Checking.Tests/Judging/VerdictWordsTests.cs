using Llama3.Checking.Judging;

namespace Llama3.Checking.Tests.Judging;

/// <summary>One word for a verdict.</summary>
public sealed class VerdictWordsTests
{
    [Fact(DisplayName = "the verdicts in words")]
    public void Words() => Enum.GetValues<Verdict>().Select(verdict => verdict.InWords())
        .Should().BeEquivalentTo("ok", "wrong here", "wrong between", "inherited", "not dumped");
}
