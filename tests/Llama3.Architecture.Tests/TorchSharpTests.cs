using System.Diagnostics;
using System.Reflection;

namespace Llama3.Architecture.Tests;

/// <summary>What is known of TorchSharp, held against its assembly where that is compiled in.</summary>
public sealed class TorchSharpTests
{
    private const string Elsewhere = "it needs -p:TensorEngine=TorchSharp";

    [SkippableFact(DisplayName = "architecture: the names that the managed engine may use are those of TorchSharp's assembly")]
    public Task Its_names()
    {
        Skip.If(Engine.Tensors != "TorchSharp", Elsewhere);
        return Snapshot.Verify(string.Join('\n', PublicNames.Of(typeof(torch)).Select(member => member.Name).Distinct().Order(StringComparer.Ordinal)));
    }

    [SkippableFact(DisplayName = "architecture: .NET does not optimise TorchSharp's methods, whose arguments would be freed while libtorch reads them")]
    public void Its_arguments_stay_alive()
    {
        Skip.If(Engine.Tensors != "TorchSharp", Elsewhere);
        var debuggable = typeof(torch).Assembly.GetCustomAttribute<DebuggableAttribute>();
        debuggable!.IsJITOptimizerDisabled.Should().BeTrue("TorchSharp.targets marks the copy that is used");
    }
}
