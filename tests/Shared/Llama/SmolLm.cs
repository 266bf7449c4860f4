namespace Llama3.Tests;

/// <summary>A real model of another vocabulary.</summary>
internal static class SmolLm
{
    private const string Variable = "SMOLLM2_GGUF";

    /// <summary>The file of SmolLM2-135M-Instruct; the test is skipped where the machine has none.</summary>
    public static string File()
    {
        var file = Environment.GetEnvironmentVariable(Variable);
        Skip.If(string.IsNullOrEmpty(file), $"set {Variable} to the path of SmolLM2-135M-Instruct as GGUF to run this");
        return file!;
    }
}
