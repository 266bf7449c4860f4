namespace Llama3.Formats.Tokenizers;

/// <summary>One turn of a conversation.</summary>
/// <param name="role">Who speaks: "system", "user" or "assistant", or any other text.</param>
/// <param name="content">What is said; white space around it is dropped when it is encoded.</param>
public sealed record Message(string role, string content);
