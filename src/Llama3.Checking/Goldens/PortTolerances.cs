using Llama3.Checking.Comparing;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>How closely a port must agree: the manifest's rules, applied.</summary>
/// <param name="manifest">The manifest of the model's goldens.</param>
/// <param name="precision">What the port computes in.</param>
/// <param name="share">
/// Where the reference rounds as the port does: how far they may be apart, as a share of all that the roundings change. A number that lies just
/// between two may be rounded to one here and to the other there.
/// </param>
/// <param name="remainder">How far a step may be off besides where the roundings change it, because the port computes with rounded numbers in a way of its own.</param>
internal sealed class PortTolerances(Manifest manifest, PortPrecision precision, double share = 0, Func<ArticleStep, double>? remainder = null)
{
    /// <summary>The limits against goldens, where the errors of all steps before add up.</summary>
    public const string Golden = "golden";

    /// <summary>The limits against the reference on the port's own inputs: the error of one step.</summary>
    public const string Local = "local";

    private readonly Dictionary<(string Against, string Id), PortToleranceEntry> _entries = manifest.PortTolerances
        .Where(entry => entry.Precision == precision.ToString())
        .SelectMany(entry => entry.Steps, (entry, id) => (entry, id))
        .ToDictionary(pair => (pair.entry.Against, pair.id), pair => pair.entry);

    /// <summary>What the port computes in.</summary>
    public PortPrecision Precision => precision;

    /// <summary>The share where steps lie between that were not dumped: what they compute differs by a little, and is then rounded otherwise here and there; null for the same.</summary>
    public double? ShareAcross { get; init; }

    /// <summary>What holds across steps that were not dumped.</summary>
    public PortTolerances Across => ShareAcross is { } across ? new(manifest, precision, across, remainder) : this;

    /// <summary>What holds where nothing is multiplied: where products alone are coarse, all else is as exact as in float32.</summary>
    public PortTolerances WithoutProducts => precision == PortPrecision.q8 ? new(manifest, PortPrecision.fp32) : this;

    /// <summary>The rule for a step.</summary>
    public PortToleranceEntry Of(ArticleStep step, string against) => _entries[(against, step.id)];

    /// <summary>Compares a tensor with another.</summary>
    /// <param name="step">The step that both are results of.</param>
    /// <param name="against">"golden" or "local".</param>
    /// <param name="actual">What the port dumped.</param>
    /// <param name="truth">What it should be, in float32.</param>
    /// <param name="rounded">
    /// The same, computed in bfloat16; where the reference rounds as the port does, the same without roundings: asked for where the rule needs it.
    /// </param>
    /// <param name="angles">The angles that belong to the same positions; null where they are not known. Asked for where the rule needs them.</param>
    /// <param name="room">How far apart they may be because their angles are (<see cref="AngleRoom"/>).</param>
    public Closeness Judge(ArticleStep step, string against, Tensor actual, Tensor truth, Func<Tensor> rounded, Func<Tensor?> angles, double room = 0)
    {
        if (!actual.shape.SequenceEqual(truth.shape)) { return Closeness.Misshapen; }
        var rule = Of(step, against);
        if (Scales(step, against, truth, angles) is { } scales)
        {
            return new(Comparison.LargestError(actual, truth, scales), rule.Limit) { IsPerElement = true };
        }
        var distance = Comparison.DistanceBetween(actual, truth);
        if (rule.Rule == Rule.Exact) { return new(distance, 0); }
        if (rule.Rule == Rule.RelL2 && distance <= rule.Limit) { return new(distance, rule.Limit); }
        var limit = rule.Rule != Rule.RelL2 ? Math.Max(rule.Floor, rule.Limit * Apart())
            : share > 0 && Apart() is > 0 and var apart
                ? Math.Max(rule.Limit, Math.Max(share * apart, remainder?.Invoke(step) ?? 0))
            : rule.Limit;
        return new(distance, Math.Max(limit, room));

        double Apart() => Comparison.DistanceBetween(rounded().to_type(truth.dtype), truth);
    }

    /// <summary>What the errors of a step's numbers are measured by, one by one; null where they are measured together.</summary>
    /// <param name="step">The step.</param>
    /// <param name="against">"golden" or "local".</param>
    /// <param name="truth">What its result should be.</param>
    /// <param name="angles">The angles that belong to the same positions; asked for where they are needed.</param>
    public double[]? Scales(ArticleStep step, string against, Tensor truth, Func<Tensor?> angles) =>
        Of(step, against).Rule == Rule.PerElement
            ? ElementScale.Of(truth, truth.dtype == ScalarType.ComplexFloat32 ? angles() : null)
            : null;
}
