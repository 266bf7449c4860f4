using System.Text;
using System.Text.Json;
using Llama3.Checking.Goldens;
using Llama3.Formats.Npy;
using Llama3.Formats.Safetensors;
using Llama3.Formats.Tokenizers;

namespace Llama3.Verify.Copy;

/// <summary>A form in which an embedded checkpoint can be written, for ports that read that form.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Load">What a port is to load: a file, or the folder.</param>
/// <param name="ModelFiles">The files of the model and its tokenizer.</param>
internal sealed record ExportFormat(string Name, string Load, Func<MicroModel, IEnumerable<ExportFile>> ModelFiles)
{
    private const string Manifest = "manifest.json";
    private const string Params = "params.json";
    private const string Tokenizer = "tokenizer.model";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ExportFormat> All { get; } =
    [
        new("safetensors", "model.safetensors", model => [Safetensors(model), Copy(model, Params), Copy(model, Tokenizer)]),
        new("pth", "consolidated.00.pth", model => [Copy(model, "consolidated.00.pth"), Copy(model, Params), Copy(model, Tokenizer)]),
        new("hf", "this folder with transformers", model => HuggingFaceFolder.Files(model.Checkpoint, Vocabulary(model))),
        new("llama2c", "model.bin", model => [.. Llama2c(model), Copy(model, Params), Copy(model, Tokenizer)])
        {
            Problem = model => Llama2cModel.Problem(model.Checkpoint.Params),
        },
        Gguf(GgufType.All[0]),
        new("npz", "weights.npz", model => [Npz(model), Copy(model, Params), Copy(model, Tokenizer)]),
    ];

    /// <summary>A GGUF file with its matrices in a type.</summary>
    public static ExportFormat Gguf(GgufType type) => new("gguf", "model.gguf with llama.cpp", model =>
        [new("model.gguf", stream => GgufModel.Write(stream, model.Checkpoint, Vocabulary(model), model.Name, type))])
    {
        Problem = model => type.Problem(model.Checkpoint.Params),
        ChangesWeights = type.IsQuantised,
    };

    /// <summary>Whether the weights become others: then the goldens do not hold for them.</summary>
    public bool ChangesWeights { get; private init; }

    /// <summary>Why a model cannot be written so; null if it can.</summary>
    public Func<MicroModel, string?> Problem { get; private init; } = _ => null;

    /// <summary>All files: the model, the article's prompt, the goldens, the licence of the vocabulary.</summary>
    public IReadOnlyList<ExportFile> Files(MicroModel model) =>
    [
        .. ModelFiles(model),
        Prompt(model),
        .. model.Files.Where(IsGolden).Select(file => Copy(model, file, $"goldens/{file}")),
        .. model.Files.Where(file => file.EndsWith(".txt", StringComparison.Ordinal)).Select(file => Copy(model, file)),
    ];

    /// <summary>What to feed for each state, under the names that it has in a dump.</summary>
    private static string States()
    {
        var states = State.All.Select(state => $"    \"{state.Name}\": {{\n"
            + string.Join(",\n", state.Inputs.Select(input => $"      \"{input.Key}\": {JsonSerializer.Serialize(input.Value)}")) + "\n    }");
        return $"{{\n{string.Join(",\n", states)}\n  }}";
    }

    private static bool IsGolden(string file) => file == Manifest || file.EndsWith(".safetensors", StringComparison.Ordinal);

    private static ExportFile Copy(MicroModel model, string file, string? name = null) => new(name ?? file, model.Read(file));

    private static ExportFile Safetensors(MicroModel model) => new("model.safetensors", stream =>
        SafetensorsWriter.Write(stream, Weights(model).Select(weight => SafetensorsTensor.Of(weight.Name, weight.Tensor))));

    private static ExportFile Npz(MicroModel model) => new("weights.npz", stream => NpzWriter.Write(stream, Weights(model)));

    private static IEnumerable<ExportFile> Llama2c(MicroModel model) =>
    [
        new("model.bin", stream => Llama2cModel.Write(stream, model.Checkpoint)),
        new("tokenizer.bin", stream => Llama2cTokenizer.Write(stream, Vocabulary(model), model.Checkpoint.Params.vocab_size)),
    ];

    private static Vocabulary Vocabulary(MicroModel model) => TiktokenFile.Read(new MemoryStream(model.Read(Tokenizer)), Tokenizer);

    /// <summary>Meta's names, in Meta's order. An output matrix that is the embedding table is not written again.</summary>
    private static IEnumerable<(string Name, Tensor Tensor)> Weights(MicroModel model) =>
        model.Checkpoint.Params.stored_tensors.Select(tensor => (tensor.Key, model.Checkpoint.weight(tensor.Key)));

    /// <summary>The prompt, its tokens and the answer, as the manifest has them; then the tokens of each pass after it.</summary>
    private static ExportFile Prompt(MicroModel model)
    {
        using var manifest = JsonDocument.Parse(model.Read(Manifest));
        string[] fields = ["prompt", "tokens", "next_token", "answer"];
        var lines = fields.Select(field => $"  \"{field}\": {manifest.RootElement.GetProperty(field).GetRawText()}");
        var passes = model.Manifest.Decode.Passes.Select(pass => $"[{string.Join(", ", pass.Tokens)}]");
        lines = lines.Append($"  \"decode\": [{string.Join(", ", passes)}]").Append($"  \"states\": {States()}");
        return new("prompt.json", Encoding.UTF8.GetBytes($"{{\n{string.Join(",\n", lines)}\n}}\n"));
    }
}
