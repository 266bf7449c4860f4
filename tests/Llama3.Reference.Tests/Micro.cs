using Llama3.Reference.Checking;
using Llama3.Reference.Checkpoints;

namespace Llama3.Reference.Tests;

/// <summary>The micro checkpoint, opened once for all tests.</summary>
internal static class Micro
{
    public static Checkpoint Checkpoint => MicroModel.Micro.Checkpoint;

    /// <summary>A walk through the article's own prompt, computing everything.</summary>
    public static Walk Walk(ScalarType dtype) => new(Checkpoint, MicroModel.Micro.Manifest.Prompt, dtype);
}
