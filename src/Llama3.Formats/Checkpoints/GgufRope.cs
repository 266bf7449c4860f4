using Llama3.Formats.Input;

namespace Llama3.Formats.Checkpoints;

/// <summary>
/// How a GGUF file scales RoPE: linearly, as its metadata say, or as Llama 3.1 does, which stands in no metadata: the file has what each
/// frequency is divided by, as a tensor.
/// </summary>
internal static class GgufRope
{
    /// <summary>How far a number of the file may be from the formula: files differ in how exactly theta's powers were computed.</summary>
    private const double Near = 1e-4;

    /// <summary>The scaling; null if there is none.</summary>
    /// <param name="fields">The metadata.</param>
    /// <param name="rope_freqs">The divisors of the frequencies; null if the file has none.</param>
    /// <param name="model">All other parameters.</param>
    /// <exception cref="BadInputException">The scaling is of another kind, or the tensor has another shape.</exception>
    public static RopeScaling? Read(JsonFields fields, GgufTensorRef? rope_freqs, ModelParams model)
    {
        RequireUnstretched(fields);
        var linear = Linear(fields);
        if (rope_freqs is null) { return linear; }
        if (linear is not null) { throw fields.Error(GgufConfig.Key("rope.scaling.type"), $"no linear scaling where there is a {GgufNames.RopeFreqs}"); }
        if (!rope_freqs.info.shape.SequenceEqual([model.head_dim / 2]))
        {
            throw new BadInputException($"{fields.Place}: {GgufNames.RopeFreqs} has the shape {Printable.Shape(rope_freqs.info.shape)}, "
                + $"expected [{model.head_dim / 2}], a number for each pair of a head");
        }
        return Of(rope_freqs.read(), model, fields.Place);
    }

    /// <summary>llama.cpp multiplies cosines and sines by this number, if the file has it.</summary>
    private static void RequireUnstretched(JsonFields fields)
    {
        var key = GgufConfig.Key("rope.scaling.attn_factor");
        if (!fields.IsNull(key) && fields.Number(key, 1e6) != 1) { throw fields.Error(key, "1: Llama's rotations do not stretch"); }
    }

    private static LinearRopeScaling? Linear(JsonFields fields)
    {
        string type = GgufConfig.Key("rope.scaling.type"), factor = GgufConfig.Key("rope.scaling.factor"), older = GgufConfig.Key("rope.scale_linear");
        var name = !fields.IsNull(factor) ? factor : !fields.IsNull(older) ? older : null;
        var says = fields.IsNull(type) ? name is null ? "none" : "linear" : fields.Text(type);
        return says switch
        {
            "none" or "llama3" => null,
            "linear" => fields.Number(name ?? factor, 1e6) is var divisor and not 1 ? new LinearRopeScaling(divisor) : null,
            _ => throw fields.Error(type, "\"none\", \"linear\" or \"llama3\": no other scaling of RoPE can be computed"),
        };
    }

    /// <summary>Llama 3.1's formula with the constants that all its models have, if it gives these numbers; else the numbers as they are.</summary>
    private static RopeScaling? Of(float[] divisors, ModelParams model, string place)
    {
        foreach (var divisor in divisors)
        {
            if (float.IsFinite(divisor) && divisor > 0) { continue; }
            throw new BadInputException(FormattableString.Invariant(
                $"{place}: {GgufNames.RopeFreqs} holds {divisor}, expected numbers above 0: frequencies are divided by them"));
        }
        if (Array.TrueForAll(divisors, divisor => divisor == 1)) { return null; }
        var formula = RopeScaling.Meta with { factor = divisors.Max() };
        return divisors.Index().All(pair => Math.Abs((formula.DivisorOf(model.FrequencyOf(pair.Index)) / pair.Item) - 1) <= Near)
            ? formula
            : new DividedRopeScaling(divisors);
    }
}
