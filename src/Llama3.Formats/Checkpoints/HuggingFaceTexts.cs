using System.Text.Json;
using Llama3.Formats.Input;

namespace Llama3.Formats.Checkpoints;

/// <summary>What a folder of Hugging Face says of texts, besides its tokenizer: which ids end them, and how conversations are laid out.</summary>
internal static class HuggingFaceTexts
{
    private const string GenerationConfig = "generation_config.json";
    private const string TokenizerConfig = "tokenizer_config.json";
    private const string TemplateFile = "chat_template.jinja";
    private const int MostBytes = 16 << 20;

    /// <summary>The files.</summary>
    public static IReadOnlyList<string> Files { get; } = [GenerationConfig, TokenizerConfig, TemplateFile];

    /// <summary>The ids that end a text, of generation_config.json, which may name several; of config.json where there is no such file.</summary>
    /// <exception cref="BadInputException">They are no ids.</exception>
    public static IReadOnlyList<int> StopIds(CheckpointFiles files)
    {
        var name = files.Has(GenerationConfig) ? GenerationConfig : Checkpoint.ConfigFile;
        return Read(files, name, json => StrictJson.Field(json, "eos_token_id") switch
        {
            { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => [],
            { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(Id)],
            var one => (IReadOnlyList<int>)[Id(one)],
        });
    }

    /// <summary>The chat template, and the file that holds it; null if there is none. Of several the one called "default" counts.</summary>
    /// <exception cref="BadInputException">A file cannot be read.</exception>
    public static (string Template, string File)? Template(CheckpointFiles files)
    {
        if (files.Has(TemplateFile)) { return (files.Read(TemplateFile, (stream, path) => System.Text.Encoding.UTF8.GetString(stream.ReadAll(MostBytes, path))), files.PathOf(TemplateFile)); }
        return files.Has(TokenizerConfig) && Read(files, TokenizerConfig, InConfig) is { } template ? (template, files.PathOf(TokenizerConfig)) : null;
    }

    private static string? InConfig(JsonElement json) => StrictJson.Field(json, "chat_template") switch
    {
        { ValueKind: JsonValueKind.String } template => template.GetString(),
        { ValueKind: JsonValueKind.Array } named => named.EnumerateArray().Where(entry => StrictJson.Text(entry, "name") == "default").Select(entry => StrictJson.Text(entry, "template")).FirstOrDefault(),
        _ => null,
    };

    private static int Id(JsonElement json) => json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var id) && id >= 0
        ? id
        : throw new InvalidDataException($"\"eos_token_id\" is {Printable.Text(json.GetRawText())}, expected a token id or a list of them");

    private static T Read<T>(CheckpointFiles files, string name, Func<JsonElement, T> read) =>
        files.Read(name, (stream, path) => StrictJson.Parse(Utf8.WithoutByteOrderMark(stream.ReadAll(MostBytes, path)), "not a JSON object", read));
}
