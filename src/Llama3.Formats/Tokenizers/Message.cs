namespace Llama3.Formats.Tokenizers;

/// <summary>One turn of a conversation.</summary>
/// <param name="role">The speaker: "system", "user" or "assistant", or any other text.</param>
/// <param name="content">The text; encoding drops the white space around it.</param>
public sealed record Message(string role, string content);
