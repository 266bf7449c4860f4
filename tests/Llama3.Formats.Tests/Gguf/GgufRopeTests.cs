using Llama3.Formats.Checkpoints;

namespace Llama3.Formats.Tests.Gguf;

/// <summary>How a GGUF file scales RoPE. The model's heads have 8 pairs, and theta is 500000.</summary>
public sealed class GgufRopeTests
{
    private const string Types = "expected \"none\", \"linear\" or \"llama3\": no other scaling of RoPE can be computed";

    private const string BadNumber = "model.gguf: rope_freqs.weight holds *, expected numbers above 0: frequencies are divided by them";

    // What Meta's apply_scaling, in Python, divides the eight frequencies by: the fifth pair has a wavelength between 2048 and 8192.
    private static readonly float[] By8 = [1, 1, 1, 1, 2.6945297f, 8, 8, 8], By32 = [1, 1, 1, 1, 3.2922621f, 32, 32, 32];

    [Fact(DisplayName = "GGUF: no scaling, also where all divisors are 1 or the linear factor is")]
    public void None()
    {
        Scaling(TinyGguf.Model()).Should().BeNull();
        Scaling(Divided(1, 1, 1, 1, 1, 1, 1, 1)).Should().BeNull();
        Scaling(With("none", 8)).Should().BeNull("llama.cpp does not use the factor either");
        Scaling(With("linear", 1)).Should().BeNull();
        Scaling(TinyGguf.Model().With("llama.rope.scaling.type", "llama3")).Should().BeNull();
    }

    [Fact(DisplayName = "GGUF: Llama 3.1's scaling by 8, and Llama 3.2's by 32, are recognised by the divisors")]
    public void Llama3()
    {
        Scaling(Divided(By8)).Should().Be(new Llama3RopeScaling(8, 1, 4, 8192));
        Scaling(Divided(By32)).Should().Be(new Llama3RopeScaling(32, 1, 4, 8192));
        Scaling(Divided([.. By8.Select(divisor => divisor * 1.00001f)])).Should().BeOfType<Llama3RopeScaling>("converters compute in float32");
        Scaling(Divided(By32).With("llama.rope.scaling.type", "llama3").With("llama.rope.scaling.factor", 32f)).Should().BeOfType<Llama3RopeScaling>();
    }

    [Fact(DisplayName = "GGUF: other divisors are used as they are")]
    public void Other()
    {
        Are(1, 1, 1, 1, 2.7f, 8, 8, 8);
        Are(2, 2, 2, 2, 2, 2, 2, 2);
        Are(1, 1, 1, 1, 1, 1, 1, 8);
        Are(0.5f, 1, 1, 1, 1, 1, 1, 1);
        Are(1e30f, 1e-30f, 1, 1, 1, 1, 1, 1);

        void Are(params float[] divisors) => Scaling(Divided(divisors)).Should().BeOfType<DividedRopeScaling>().Which.divisors.Should().Equal(divisors);
    }

    [Fact(DisplayName = "GGUF: linear scaling, by its newer and its older key")]
    public void Linear()
    {
        Scaling(With("linear", 4)).Should().Be(new LinearRopeScaling(4));
        Scaling(TinyGguf.Model().With("llama.rope.scaling.factor", 2.5f)).Should().Be(new LinearRopeScaling(2.5));
        Scaling(TinyGguf.Model().With("llama.rope.scale_linear", 2f)).Should().Be(new LinearRopeScaling(2));
    }

    [Fact(DisplayName = "GGUF: other kinds of scaling are refused, and numbers that do not fit")]
    public void Refused()
    {
        IsRefused(With("yarn", 4), $"model.gguf: \"llama.rope.scaling.type\" is \"yarn\", {Types}");
        IsRefused(With("longrope", 4), $"model.gguf: \"llama.rope.scaling.type\" is \"longrope\", {Types}");
        IsRefused(TinyGguf.Model().With("llama.rope.scaling.attn_factor", 1.2f), "model.gguf: \"llama.rope.scaling.attn_factor\" is 1.2, expected 1: Llama's rotations do not stretch");
        IsRefused(TinyGguf.Model().With("llama.rope.scaling.type", 1u), "model.gguf: \"llama.rope.scaling.type\" is 1, expected a text");
        IsRefused(TinyGguf.Model().With("llama.rope.scaling.type", "linear"), "model.gguf: \"llama.rope.scaling.factor\" is missing, expected a number above 0, at most 1000000");
        IsRefused(With("linear", 0), "model.gguf: \"llama.rope.scaling.factor\" is 0, expected a number above 0, *");
        IsRefused(Divided(By8).With("llama.rope.scaling.factor", 4f), "model.gguf: \"llama.rope.scaling.type\" is missing, expected no linear scaling where there is a rope_freqs.weight");
        IsRefused(Divided(1, 1, 1, 1), "model.gguf: rope_freqs.weight has the shape [4], expected [8], a number for each pair of a head");
        foreach (var bad in new[] { 0, -1, float.NaN, float.PositiveInfinity }) { IsRefused(Divided(1, 1, 1, 1, 1, 1, 1, bad), BadNumber); }
    }

    private static void IsRefused(GgufBytes file, string message) => BadInput.IsRefused(() => TinyGguf.Params(file), message);

    private static RopeScaling? Scaling(GgufBytes file) => TinyGguf.Params(file).rope_scaling;

    private static GgufBytes With(string type, float factor) =>
        TinyGguf.Model().With("llama.rope.scaling.type", type).With("llama.rope.scaling.factor", factor);

    private static GgufBytes Divided(params float[] divisors) =>
        TinyGguf.Model().Tensor("rope_freqs.weight", 0, [(ulong)divisors.Length], [.. divisors.SelectMany(BitConverter.GetBytes)]);
}
