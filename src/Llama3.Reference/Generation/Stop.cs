namespace Llama3.Reference.Generation;

/// <summary>Why a text ends.</summary>
internal enum Stop
{
    /// <summary>The model ended it: <c>&lt;|end_of_text|&gt;</c>.</summary>
    EndOfText,

    /// <summary>The model ended its turn: <c>&lt;|eot_id|&gt;</c>.</summary>
    EndOfTurn,

    /// <summary>As many tokens as were asked for.</summary>
    MaxTokens,

    /// <summary>Prompt and text together are as long as allowed.</summary>
    MaxSeqLen,
}
