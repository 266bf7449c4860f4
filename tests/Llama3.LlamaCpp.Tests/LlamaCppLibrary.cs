using LLama.Exceptions;
using LLama.Native;

namespace Llama3.LlamaCpp.Tests;

/// <summary>llama.cpp's native libraries, which the package has for some systems.</summary>
internal static class LlamaCppLibrary
{
    private static readonly Lazy<string?> Problem = new(Load);

    /// <summary>Loads them, or skips the test and says why.</summary>
    public static void SkipWhereItDoesNotLoad() => Skip.IfNot(Problem.Value is null, $"llama.cpp's library does not load here: {Problem.Value}");

    private static string? Load()
    {
        try
        {
            NativeLogConfig.llama_log_set((_, _) => { });
            NativeApi.llama_empty_call();
            return Ggml.Version().Length > 0 ? null : "no version";
        }
        catch (Exception error) when (error is TypeInitializationException or RuntimeError or DllNotFoundException)
        {
            return (error.InnerException ?? error).Message;
        }
    }
}
