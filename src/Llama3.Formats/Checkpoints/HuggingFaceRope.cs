using Llama3.Formats.Input;

namespace Llama3.Formats.Checkpoints;

/// <summary>
/// RoPE in config.json. Transformers 4 writes <c>rope_theta</c> and <c>rope_scaling</c>, and reads nothing else; transformers 5 writes
/// <c>rope_parameters</c>, which holds both. Version 5 reads the older fields too, and of two values takes rope_scaling before rope_parameters,
/// and rope_theta within them before the outer one.
/// </summary>
internal static class HuggingFaceRope
{
    private const string Parameters = "rope_parameters";
    private const string Scaling = "rope_scaling";
    private const string Theta = "rope_theta";
    private const string Context = "original_max_position_embeddings";
    private const string Types = "\"default\", \"linear\" or \"llama3\": no other scaling of RoPE can be computed";

    /// <summary>LlamaConfig's default in both versions.</summary>
    private const double DefaultTheta = 10_000;

    /// <summary>The base of the frequencies, and their scaling.</summary>
    /// <exception cref="BadInputException">A field has a bad value, the scaling is of another kind, or two fields contradict each other.</exception>
    public static (double Theta, RopeScaling? Scaling) Read(JsonFields fields)
    {
        var (older, newer) = (fields.Object(Scaling), fields.Object(Parameters));
        foreach (var holder in new[] { fields, older, newer }) { RequireWholeHeads(holder); }
        newer?.RequireNullOrMissing("full_attention", "all layers of Llama rotate alike");
        return (ThetaOf(fields, older, newer), ScalingOf(fields, older, newer));
    }

    private static void RequireWholeHeads(JsonFields? fields)
    {
        const string Partial = "partial_rotary_factor";
        if (fields?.IsNull(Partial) == false && fields.Number(Partial, 1) != 1) { throw fields.Error(Partial, "1: Llama rotates whole heads"); }
    }

    private static double ThetaOf(JsonFields fields, JsonFields? older, JsonFields? newer)
    {
        (string Name, double? Value)[] given = [(Theta, Number(fields)), ($"{Scaling}.{Theta}", Number(older)), ($"{Parameters}.{Theta}", Number(newer))];
        (string Name, double? Value)[] there = [.. given.Where(theta => theta.Value is not null)];
        return there.FirstOrDefault(theta => theta.Value != there[0].Value) is { Value: not null } other
            ? throw fields.Contradiction(there[0].Name, other.Name)
            : there is [var first, ..] ? first.Value!.Value : DefaultTheta;

        static double? Number(JsonFields? holder) => holder?.IsNull(Theta) == false ? holder.Number(Theta, 1e12) : null;
    }

    private static RopeScaling? ScalingOf(JsonFields fields, JsonFields? older, JsonFields? newer)
    {
        var scaling = older is not null ? Kind(older) : newer is not null ? Kind(newer) : null;
        if (older is not null && newer is not null && Kind(newer) != scaling) { throw fields.Contradiction(Scaling, Parameters); }
        return scaling is Llama3RopeScaling llama3 && !fields.IsNull(Context) && fields.Integer(Context, 1 << 30) != llama3.original_max_position_embeddings
            ? throw fields.Contradiction(Context, $"{(older is null ? Parameters : Scaling)}.{Context}")
            : scaling;
    }

    private static RopeScaling? Kind(JsonFields scaling) => TypeOf(scaling) switch
    {
        "default" => null,
        "linear" => new LinearRopeScaling(scaling.Number("factor", 1e6)),
        "llama3" => Llama3(scaling),
        _ => throw scaling.Error(scaling.IsNull("rope_type") ? "type" : "rope_type", Types),
    };

    /// <summary>Older files spell rope_type as type; in rope_parameters, which is there even if nothing is scaled, it may be missing.</summary>
    private static string TypeOf(JsonFields scaling)
    {
        const string Older = "type", Newer = "rope_type";
        if (scaling.IsNull(Older)) { return scaling.IsNull(Newer) && scaling.IsNull("factor") ? "default" : scaling.Text(Newer); }
        return scaling.IsNull(Newer) || scaling.Text(Newer) == scaling.Text(Older) ? scaling.Text(Older) : throw scaling.Contradiction(Newer, Older);
    }

    private static Llama3RopeScaling Llama3(JsonFields scaling)
    {
        var read = new Llama3RopeScaling(
            scaling.Number("factor", 1e6),
            scaling.Number("low_freq_factor", 1e6),
            scaling.Number("high_freq_factor", 1e6),
            scaling.Integer(Context, 1 << 30));
        return read.low_freq_factor < read.high_freq_factor
            ? read
            : throw scaling.Error("high_freq_factor", "a larger number than \"low_freq_factor\"");
    }
}
