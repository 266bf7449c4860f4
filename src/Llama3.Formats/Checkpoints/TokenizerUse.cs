namespace Llama3.Formats.Checkpoints;

/// <summary>What a checkpoint's tokenizer is needed for.</summary>
internal enum TokenizerUse
{
    /// <summary>For texts: without it the checkpoint cannot be used.</summary>
    Needed,

    /// <summary>To show tokens as texts: it is opened if it is there and can be read.</summary>
    Wanted,

    /// <summary>For nothing: it may be of any kind or missing.</summary>
    None,
}
