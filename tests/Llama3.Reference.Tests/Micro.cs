using Llama3.Reference.Checking;
using Llama3.Reference.Checkpoints;

namespace Llama3.Reference.Tests;

/// <summary>The micro checkpoint, opened once for all tests.</summary>
internal static class Micro
{
    private static readonly Lazy<Checkpoint> Opened = new(Fixtures.OpenMicroCheckpoint);

    public static Checkpoint Checkpoint => Opened.Value;

    /// <summary>A walk through the article's own prompt, computing everything.</summary>
    public static Walk Walk(ScalarType dtype) => new(Checkpoint, Fixtures.Manifest.Prompt, dtype);
}
