namespace Llama3.Formats.Tokenizers;

/// <summary>The engine that is taken unless another is given. This file is compiled with <c>-p:TokenizerEngine=Microsoft</c>.</summary>
internal static class TokenizerEngine
{
    /// <summary>Microsoft.ML.Tokenizers.</summary>
    public static IBytePairEngine Default(Vocabulary vocabulary) => new MicrosoftEngine(vocabulary);
}
