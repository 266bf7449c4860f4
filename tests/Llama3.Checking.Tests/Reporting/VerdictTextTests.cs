using Llama3.Checking.Judging;
using Llama3.Checking.Reporting;

namespace Llama3.Checking.Tests.Reporting;

/// <summary>One word for a verdict.</summary>
public sealed class VerdictTextTests
{
    [Fact(DisplayName = "the verdicts in words")]
    public void Words() => Enum.GetValues<Verdict>().Select(VerdictText.Of)
        .Should().BeEquivalentTo("ok", "wrong here", "wrong between", "inherited", "not dumped");
}
