using System.Text.Json;

namespace Llama3.Formats.Tokenizers;

/// <summary>A call of a function by the assistant.</summary>
/// <param name="name">The function.</param>
/// <param name="arguments">Its arguments, by name: a JSON object.</param>
public sealed record ToolCall(string name, JsonElement arguments);
