using System.Text;
using System.Text.Json;
using LLama.Native;
using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Tokenizers;

namespace Llama3.LlamaCpp.Tests;

/// <summary>llama.cpp's tokenizer, on the vocabulary in our file, gives the ids that ours gives, of tokenizer.model and of that file.</summary>
[Collection(nameof(LlamaCppRuns))]
public sealed class TokenizerTests(LlamaCppRuns runs)
{
    private const string FileName = "tokenizer.model";

    private static readonly Llama3Tokenizer Ours = Llama3Tokenizer.Read(new MemoryStream(MicroModel.Micro.Read(FileName)), FileName);

    [SkippableFact(DisplayName = "llama.cpp's tokenizer: the same ids for texts in 32 scripts")]
    public void Scripts()
    {
        var texts = File.ReadLines(Path.Combine(Repository.Root, "tests", "Llama3.Formats.Tests", "Tokenizers", "scripts.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!).ToList();
        texts.Should().HaveCountGreaterThan(300);
        using var model = Load();
        foreach (var ours in (ITokenizer[])[Ours, InFile])
        {
            texts.Where(text => !Theirs(model, text, special: false).SequenceEqual(ours.encode_ordinary(text))).Should().BeEmpty();
        }
    }

    [SkippableFact(DisplayName = "llama.cpp's tokenizer: the same ids for special tokens in a text")]
    public void Special_tokens()
    {
        const string Text = "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nthe answer, é?<|eot_id|><|reserved_special_token_247|>";
        using var model = Load();
        var theirs = Theirs(model, Text, special: true);
        theirs.Should().Equal(Ours.encode(Text, allowed_special: true)).And.Equal(InFile.encode(Text, allowed_special: true));
    }

    private string Gguf => runs.Gguf(MicroModel.Micro, "f32");

    private ITokenizer InFile => GgufVocabularyReader.Open(Gguf);

    private SafeLlamaModelHandle Load()
    {
        var path = Gguf; // First: it loads the library.
        var settings = LLamaModelParams.Default();
        settings.vocab_only = true;
        return SafeLlamaModelHandle.LoadFromFile(path, settings);
    }

    private static IEnumerable<int> Theirs(SafeLlamaModelHandle model, string text, bool special) =>
        model.Tokenize(text, addBos: false, special, Encoding.UTF8).Select(token => (int)token);
}
