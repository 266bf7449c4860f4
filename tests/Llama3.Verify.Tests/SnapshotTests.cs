namespace Llama3.Verify.Tests;

/// <summary>What counts as the same text.</summary>
public sealed class SnapshotTests
{
    private const string Expected = "step 5: -0.1877  2.7551e-5, rel-L2 4.83e-7; [17, 80]";

    [Theory(DisplayName = "snapshots: the last digit, and distances that are only rounding, may differ:")]
    [InlineData("step 5: -0.1876  2.7552e-5, rel-L2 7.3e-7; [17, 80]")]
    [InlineData("step 5: -0.1878  2.7551e-5, rel-L2 1.2e-6; [17, 80]")]
    public void Same(string text) => Snapshot.Aligned(text, Expected).Should().Be(Expected);

    [Theory(DisplayName = "snapshots: nothing else may:")]
    [InlineData("step 5: 0.0000  2.7551e-5, rel-L2 4.83e-7; [17, 80]")]
    [InlineData("step 5: 0.1877  2.7551e-5, rel-L2 4.83e-7; [17, 80]")]
    [InlineData("step 5: -0.1875  2.7551e-5, rel-L2 4.83e-7; [17, 80]")]
    [InlineData("step 5: -0.1877  2.7571e-5, rel-L2 4.83e-7; [17, 80]")]
    [InlineData("step 5: -0.1877  2.7551e-5, rel-L2 4.83e-4; [17, 80]")]
    [InlineData("step 6: -0.1877  2.7551e-5, rel-L2 4.83e-7; [17, 80]")]
    [InlineData("step 5: -0.1877  2.7551e-5, rel-L2 4.83e-7; [17, 81]")]
    [InlineData("step 5: -0.1877  2.7551e-5  0.5, rel-L2 4.83e-7; [17, 80]")]
    public void Different(string text) => Snapshot.Aligned(text, Expected).Should().NotBe(Expected);
}
