namespace Llama3.Formats.Input;

/// <summary>
/// An input of the user cannot be used. The message is one line for people: the problem, its place, what was expected
/// and what to do. The command line prints it and exits with code 2.
/// </summary>
public sealed class BadInputException(string message, Exception? inner = null) : Exception(message, inner);
