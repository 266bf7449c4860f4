using System.Text;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Tokenizers;
using Llama3.Formats.Tokenizers.Minbpe;

namespace Llama3.Tests.Damage;

/// <summary>The formats of vocabularies.</summary>
internal static class TokenizerReaders
{
    /// <summary>In it every byte is a token, and nothing else is.</summary>
    public static Llama3Tokenizer Bytes { get; } = Llama3Tokenizer.Read(
        new MemoryStream(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 256).Select(value => $"{Convert.ToBase64String([(byte)value])} {value}\n")))), "");

    /// <summary>The readers.</summary>
    public static IEnumerable<InputReader> In(DirectoryInfo folder)
    {
        var own = folder.CreateSubdirectory("tokenizers").FullName;
        return
        [
            new("tokenizer-model", "tokenizer.model", input => Use(Llama3Tokenizer.Read(new MemoryStream(input), "tokenizer.model"))) { Words = ["IQ== 0\n", "YWI= 256\n", "IA=="] },
            new("tokenizer-json", "tokenizer.json", input => Use(Llama3Tokenizer.ReadJson(new MemoryStream(input), "tokenizer.json")))
            {
                Words = ["\"model\": {", "\"BPE\"", "\"vocab\": {", "\"merges\": [", "\"a b\"", "[\"a\", \"b\"]", "\"pre_tokenizer\": ", "\"pretokenizers\": [", "\"Regex\": "], MostBytes = 12_000,
            },
            new("gguf-tokenizer", "x.gguf", input => Use(GgufVocabularyReader.Open(Written(own, "x.gguf", input)))) { Form = new GgufForm(), Words = ["llama-bpe", "smollm", "gpt-2", "a b", "ab c", "Ġ"] },
            // It says itself how many bytes of tokens it makes at most: 256 MiB.
            new("minbpe", "x.model", input => ReadMinbpe(Written(own, "x.model", input))) { Words = ["minbpe v1\n", "256 256\n", "257 257\n", "<|endoftext|> 100\n", "\\p{L}+", "(?:", "(a+)+$"], MostMemory = 300_000_000 },
        ];
    }

    private static void Use(ITokenizer tokenizer)
    {
        tokenizer.decode(tokenizer.encode_ordinary("abc ab 12 é"));
        tokenizer.encode("a<|eot_id|>", allowed_special: true);
    }

    private static void ReadMinbpe(string path)
    {
        var (regex, basic) = (new RegexTokenizer(), new BasicTokenizer());
        regex.load(path);
        regex.decode(regex.encode("abc ab 12 é", AllowedSpecial.all));
        basic.load(path);
        basic.decode(basic.encode("abc ab"));
    }

    private static string Written(string folder, string name, byte[] input)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, input);
        return path;
    }
}
