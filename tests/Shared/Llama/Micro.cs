using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Reference.Walking;

namespace Llama3.Tests;

/// <summary>The micro checkpoint, opened once for all tests.</summary>
internal static class Micro
{
    public static Checkpoint Checkpoint => MicroModel.Micro.Checkpoint;

    /// <summary>A walk through the article's own prompt, computing everything.</summary>
    public static Walk Walk(ScalarType dtype) => new(Checkpoint, MicroModel.Micro.Manifest.Prompt, dtype);
}
