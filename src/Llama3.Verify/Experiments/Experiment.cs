using Llama3.Formats.Checkpoints;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Experiments;

/// <summary>What an experiment is made with.</summary>
/// <param name="Checkpoint">The model.</param>
/// <param name="Prompt">The text to continue.</param>
/// <param name="Dtype">bfloat16 or float32.</param>
internal sealed record Setting(Checkpoint Checkpoint, string Prompt, ScalarType Dtype)
{
    /// <summary>A walk through the article, of which nothing has been computed yet.</summary>
    public Walk Walk() => new(Checkpoint, Prompt, Dtype);
}

/// <summary>A question that the article, or its enhanced version, raises, and its answer in numbers.</summary>
internal abstract class Experiment
{
    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<Experiment> All { get; } =
    [
        new TopK(), new EveryPosition(), new NoMask(), new Relu(), new RopeTheta(), new PrecisionGrowth(), new NoGroups(), new CacheCosts(),
    ];

    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What it asks.</summary>
    public abstract string Question { get; }

    /// <summary>What it prints.</summary>
    public abstract IEnumerable<string> Lines(Setting setting);

    /// <summary>What it draws, as SVG; null if it draws nothing.</summary>
    public virtual string? Picture(Setting setting) => null;
}
