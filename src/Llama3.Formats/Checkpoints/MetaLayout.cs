using Llama3.Formats.Tokenizers;

namespace Llama3.Formats.Checkpoints;

/// <summary>As Meta distributes models, or as <c>llama3verify copy</c> writes them.</summary>
internal sealed class MetaLayout(CheckpointFiles files) : CheckpointLayout
{
    public override string Name => "meta";

    public override string ParamsFile => Checkpoint.ParamsFile;

    public override string LayersField => "n_layers";

    public override string VocabularyField => "vocab_size";

    public override string TokenizerFile => TokenizerFiles.Tiktoken;

    public override ModelParams ReadParams() => files.Read<ModelParams>(ParamsFile, ModelParams.Read);

    public override ITokenizer ReadTokenizer() => TokenizerFiles.Read(files, TokenizerFile);

    public override Weights OpenWeights(ModelParams? model, Problems problems) => MetaWeights.Open(files, model, problems);
}
