using Llama3.Formats.Checkpoints;

namespace Llama3.Checking.Goldens;

/// <summary>Any checkpoint, of which nothing was captured: what should come of the tokens that a port ran on, the reference computes.</summary>
/// <remarks>The tolerances are those of the micro model.</remarks>
/// <param name="folder">Where the checkpoint is.</param>
/// <param name="checkpoint">The model; stays open as long as this object is used.</param>
internal sealed class ReferenceModel(string folder, Checkpoint checkpoint) : GoldenModel
{
    /// <summary>Called with the name of every weight that the reference asks for: shows how far a long check has come.</summary>
    public Action<string>? WeightRead { get; set; }

    /// <inheritdoc/>
    public override string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    /// <inheritdoc/>
    public override string Folder => folder;

    /// <inheritdoc/>
    public override Checkpoint Checkpoint => checkpoint;

    /// <inheritdoc/>
    internal override Manifest Manifest { get; } = MicroModel.Micro.Manifest with
    {
        Prompt = "",
        PromptSplitAsTokens = [],
        Cases = new Dictionary<string, CaseEntry>(),
        Decode = new([]),
    };

    /// <inheritdoc/>
    internal override bool LacksWeights => true;

    /// <summary>None.</summary>
    internal override IEnumerable<KeyValuePair<string, Tensor>> ReadGoldens(string path) => [];
}
