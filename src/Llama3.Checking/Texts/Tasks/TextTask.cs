using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Tasks;

/// <summary>One thing that a port is asked to do: a line of <c>llama3verify texts</c>, or one of the port's own.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Kind">What is to be done.</param>
internal sealed record TextTask(string Id, TextKind Kind)
{
    /// <summary>The text to encode.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether names of special tokens in a text are tokens, or tokens are shown in a text.</summary>
    public bool IsSpecial { get; init; }

    /// <summary>Whether the special tokens are those of Llama 3.1, where Llama 3 has reserved ones.</summary>
    public bool IsLlama31 { get; init; }

    /// <summary>The conversation; its template is that of Llama 3, or the one with dates.</summary>
    public Conversation? Conversation { get; init; }

    /// <summary>Whether the template is that of Llama 3.1 and later, with dates in the system message.</summary>
    public bool IsDated { get; init; }

    /// <summary>The ids that come one by one.</summary>
    public IReadOnlyList<int> Ids { get; init; } = [];

    /// <summary>The ids that end a text.</summary>
    public IReadOnlyList<int> StopIds { get; init; } = [];

    /// <summary>The texts that end a text.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>From what is drawn.</summary>
    public Sampling? Sampling { get; init; }
}
