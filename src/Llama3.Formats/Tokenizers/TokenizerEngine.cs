namespace Llama3.Formats.Tokenizers;

/// <summary>The one place that knows which engine <c>-p:TokenizerEngine=…</c> has chosen.</summary>
internal static class TokenizerEngine
{
    /// <summary>The engine for the tokens of a vocabulary.</summary>
    public static IBytePairEngine Of(Vocabulary vocabulary) =>
#if MICROSOFT_TOKENIZER
        new MicrosoftEngine(vocabulary);
#else
        new BytePairEngine(vocabulary);
#endif
}
