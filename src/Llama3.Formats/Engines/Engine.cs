using System.Reflection;
using Llama3.Formats.Input;

namespace Llama3.Formats.Engines;

/// <summary>The engines that this assembly was compiled with: <c>-p:TensorEngine=…</c> and <c>-p:TokenizerEngine=…</c>.</summary>
internal static partial class Engine
{
    /// <summary>"Managed" (Llama3.Tensors) or "TorchSharp".</summary>
    public static string Tensors { get; } = Metadata("TensorEngine");

    /// <summary>"BytePair" (our own) or "Microsoft" (Microsoft.ML.Tokenizers).</summary>
    public static string Tokenizer { get; } = Metadata("TokenizerEngine");

    /// <summary>Loads what the tensor engine needs, before it is first used.</summary>
    /// <exception cref="BadInputException">A native library cannot be loaded; the message says what this system lacks.</exception>
    public static void Load() => LoadLibrary();

    /// <summary>TorchSharp's library; the managed engine has none.</summary>
    static partial void LoadLibrary();

    private static string Metadata(string key) => typeof(Engine).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}
