using Xunit.Sdk;

namespace Llama3.Tensors.Tests;

public sealed class ToleranceTests
{
    private const float Inf = float.PositiveInfinity;

    public static TheoryData<ScalarType> Types => [ScalarType.Float32, ScalarType.BFloat16];

    [Theory(DisplayName = "tolerance: infinities and NaN are met exactly or not at all"), MemberData(nameof(Types))]
    public void Not_finite(ScalarType dtype)
    {
        foreach (var tolerance in new[] { Tolerance.Exact, Tolerance.Rounded, Tolerance.Summed })
        {
            foreach (var expected in new[] { Inf, -Inf, float.NaN })
            {
                Accepts(tolerance, expected, expected, dtype).Should().BeTrue();
                foreach (var other in new[] { -5, 1e30f, -expected })
                {
                    Accepts(tolerance, other, expected, dtype).Should().Be(other.Equals(expected), "{0} is not {1}", other, expected);
                }
            }
        }
    }

    [Theory(DisplayName = "tolerance: neither infinities nor NaN pass for a number"), MemberData(nameof(Types))]
    public void Finite(ScalarType dtype)
    {
        foreach (var actual in new[] { Inf, -Inf, float.NaN })
        {
            Accepts(Tolerance.Rounded, actual, 1, dtype).Should().BeFalse();
            Accepts(Tolerance.Summed, actual, 1, dtype).Should().BeFalse();
        }
    }

    private static bool Accepts(Tolerance tolerance, float actual, float expected, ScalarType dtype)
    {
        try
        {
            tolerance.Check(torch.tensor([1, actual], [2], dtype), torch.tensor([1, expected], [2], dtype));
            return true;
        }
        catch (XunitException)
        {
            return false;
        }
    }
}
