using Llama3.Formats.Gguf;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;
using Llama3.Formats.Tokenizers.Gguf;

namespace Llama3.Formats.Checkpoints;

/// <summary>Reads the vocabulary of a GGUF file.</summary>
internal static class GgufVocabularyReader
{
    private const int MostIds = 1 << 20;

    /// <summary>The tokenizer in a file, which may hold nothing else.</summary>
    /// <exception cref="BadInputException">There is no such file, or its tokenizer is missing, damaged, or of a kind that is not known.</exception>
    public static ITokenizer Open(string path) =>
        InputFile.Read(path, stream => GgufTokenizer.Read(Read(GgufHeader.Read(stream, path).metadata), path));

    /// <summary>What the file says of its tokenizer.</summary>
    /// <exception cref="BadInputException">It has no vocabulary, or a field has a bad value.</exception>
    public static GgufVocabulary Read(GgufMetadata metadata)
    {
        var fields = metadata.Fields;
        return new(
            fields.Text(Key("model")),
            Text(Key("pre")),
            metadata.Texts(Key("tokens")),
            metadata.Integers(Key("token_type")),
            metadata.Texts(Key("merges")),
            Id("bos_token_id"),
            Id("eos_token_id"),
            Id("eot_token_id"),
            fields.IsNull(Key("add_bos_token")) ? null : fields.IsTrue(Key("add_bos_token")),
            Text("tokenizer.chat_template"));

        string? Text(string key) => fields.IsNull(key) ? null : fields.Text(key);

        int? Id(string name) => fields.IsNull(Key(name)) ? null : fields.Whole(Key(name), MostIds);
    }

    private static string Key(string name) => $"tokenizer.ggml.{name}";
}
