using Llama3.Formats.Tokenizers;

namespace Llama3.Formats.Checkpoints;

/// <summary>As Hugging Face distributes models.</summary>
internal sealed class HuggingFaceLayout(CheckpointFiles files) : CheckpointLayout
{
    public override string Name => "hf";

    public override string ParamsFile => Checkpoint.ConfigFile;

    public override string LayersField => "num_hidden_layers";

    public override string VocabularyField => "vocab_size";

    public override string TokenizerFile => TokenizerFiles.All.FirstOrDefault(files.Has) ?? TokenizerFiles.Json;

    public override ModelParams ReadParams() => files.Read<ModelParams>(ParamsFile, ModelParams.ReadConfig);

    public override ITokenizer ReadTokenizer()
    {
        var tokenizer = TokenizerFiles.Read(files, TokenizerFile);
        return HuggingFaceTexts.Template(files) is var (template, path)
            ? tokenizer.With(TextFrame.Llama3 with { chat = ChatTemplate.Read(template, SpecialTokens.Named, path) })
            : tokenizer;
    }

    public override IReadOnlyList<int> ReadStopIds() => HuggingFaceTexts.StopIds(files);

    public override Weights OpenWeights(ModelParams? model, Problems problems) => HuggingFaceShards.Open(files, model, problems);

    public override string NameOf(string meta) => HuggingFaceNames.Of(meta);

    public override string? Objection(Weight weight, ModelParams model) => HuggingFaceNames.Meta(weight.stored_name) is null
        ? base.Objection(weight, model)
        : $", but \"{(weight.name.Contains(".feed_forward.", StringComparison.Ordinal) ? "mlp_bias" : "attention_bias")}\" of {ParamsFile} is not true";
}
