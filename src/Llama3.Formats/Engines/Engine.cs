using System.Reflection;

namespace Llama3.Formats.Engines;

/// <summary>The engines that this assembly was compiled with: <c>-p:TensorEngine=…</c> and <c>-p:TokenizerEngine=…</c>.</summary>
internal static class Engine
{
    /// <summary>"Managed" (Llama3.Tensors) or "TorchSharp".</summary>
    public static string Tensors { get; } = Metadata("TensorEngine");

    /// <summary>"BytePair" (our own) or "Microsoft" (Microsoft.ML.Tokenizers).</summary>
    public static string Tokenizer { get; } = Metadata("TokenizerEngine");

    private static string Metadata(string key) => typeof(Engine).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}
