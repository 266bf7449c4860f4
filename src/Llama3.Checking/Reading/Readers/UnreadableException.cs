namespace Llama3.Checking.Reading.Readers;

/// <summary>Ends the reading of one result, and of no other: <see cref="ResultCollector"/> lists it.</summary>
/// <param name="name">What the dump calls it; of several tensors the one at fault.</param>
/// <param name="problem">The rest of a sentence whose subject is the name.</param>
internal sealed class UnreadableException(string name, string problem) : Exception($"{name} {problem}")
{
    /// <summary>The result, and what is wrong with it.</summary>
    public Unreadable Result => new(name, problem);
}
