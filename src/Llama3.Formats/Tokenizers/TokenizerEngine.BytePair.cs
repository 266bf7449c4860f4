namespace Llama3.Formats.Tokenizers;

/// <summary>The engine that is taken unless another is given. This file is compiled by default.</summary>
internal static class TokenizerEngine
{
    /// <summary>Our own.</summary>
    public static IBytePairEngine Default(Vocabulary vocabulary) => new BytePairEngine(vocabulary);
}
