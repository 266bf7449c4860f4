namespace Llama3.Checking.Texts.Tasks;

/// <summary>What a port is asked to do with texts.</summary>
internal enum TextKind
{
    /// <summary>The ids of a text.</summary>
    Encode,

    /// <summary>The ids of a text as the model gets it, with what comes before it.</summary>
    Prompt,

    /// <summary>The ids of a conversation, up to where the assistant's answer begins.</summary>
    Conversation,

    /// <summary>The text of ids that come one by one.</summary>
    Stream,

    /// <summary>The text of generated ids, up to what stops it.</summary>
    Stops,

    /// <summary>The tokens that may be drawn, and their probabilities.</summary>
    Sampling,
}
