using System.Text.Json;

namespace Llama3.Formats.Tokenizers;

/// <summary>What a template lays out.</summary>
/// <param name="messages">The turns so far; the assistant's next one is to be written.</param>
internal sealed record Conversation(IReadOnlyList<Message> messages)
{
    /// <summary>The date of today as templates write it, such as "26 Jul 2024"; null for the template's own.</summary>
    public string? date { get; init; }

    /// <summary>Functions that the assistant may call, each as a JSON object.</summary>
    public IReadOnlyList<JsonElement> tools { get; init; } = [];
}
