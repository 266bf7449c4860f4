using System.Text.Json;

namespace Llama3.Formats.Tests.Tokenizers.Gguf;

/// <summary>A text and what Hugging Face's library makes of it with three vocabularies, see scripts/gguf_tokenizer_expectations.mjs.</summary>
internal sealed record MergesExpectation(string text, int[] smollm2, int[] smollm, int[] gpt2)
{
    public static MergesExpectation[] All { get; } = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Tokenizers", "Gguf", "merges.jsonl"))
        .Select(line => JsonSerializer.Deserialize<MergesExpectation>(line)!)];
}
