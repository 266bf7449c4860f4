namespace Llama3.Reference.Generation;

/// <summary>Why a text ends.</summary>
internal enum Stop
{
    /// <summary>The model ended it, or its turn, with a token that is for that.</summary>
    EndToken,

    /// <summary>As many tokens as were asked for.</summary>
    MaxTokens,

    /// <summary>Prompt and text together are as long as allowed.</summary>
    MaxSeqLen,
}
