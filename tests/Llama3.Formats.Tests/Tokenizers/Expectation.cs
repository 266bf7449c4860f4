using System.Text.Json;

namespace Llama3.Formats.Tests.Tokenizers;

/// <summary>A text and what tiktoken makes of it, see scripts/tokenizer_expectations.mjs.</summary>
internal sealed record Expectation(string? text, int[]? utf16, int[] llama3, int[] pairs)
{
    public static Expectation[] All { get; } = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Tokenizers", "expectations.jsonl"))
        .Select(line => JsonSerializer.Deserialize<Expectation>(line)!)];

    /// <summary>The text, which JSON cannot hold as such if it has lone surrogates.</summary>
    public string Subject => text ?? string.Concat(utf16!.Select(unit => (char)unit));
}

/// <summary>A text in some script and what tiktoken makes of it with two vocabularies.</summary>
internal sealed record ScriptExpectation(string script, string text, int[] llama3, int[] micro)
{
    public static ScriptExpectation[] All { get; } = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Tokenizers", "scripts.jsonl"))
        .Select(line => JsonSerializer.Deserialize<ScriptExpectation>(line)!)];
}
