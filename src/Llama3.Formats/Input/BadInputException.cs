namespace Llama3.Formats.Input;

/// <summary>
/// What the user gave cannot be used. The message is one line for people: what is wrong, where, what was expected
/// and what to do. The command line prints it and exits with code 2.
/// </summary>
public sealed class BadInputException(string message, Exception? inner = null) : Exception(message, inner);
