namespace Llama3.Architecture.Tests;

/// <summary>What is known of TorchSharp, held against its assembly where that is compiled in.</summary>
public sealed class TorchSharpTests
{
    [SkippableFact(DisplayName = "architecture: the names that the managed engine may use are those of TorchSharp's assembly")]
    public Task Its_names()
    {
        Skip.If(Engine.Tensors != "TorchSharp", "it needs -p:TensorEngine=TorchSharp");
        return Snapshot.Verify(string.Join('\n', PublicNames.Of(typeof(torch)).Select(member => member.Name).Distinct().Order(StringComparer.Ordinal)));
    }
}
