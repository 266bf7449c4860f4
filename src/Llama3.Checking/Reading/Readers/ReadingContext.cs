using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading.Readers;

/// <summary>What every reader has to know of a dump and of the run that wrote it.</summary>
/// <param name="Dump">The dump.</param>
/// <param name="Model">The model that the port ran.</param>
/// <param name="Tokens">T, the number of tokens that the port ran it on.</param>
/// <param name="Keys">How many tokens it may have attended to: T, or the rows of its cache; the right number comes first.</param>
/// <param name="Remarks">Takes notes of numbers that stand for others, when they are read, and of tensors that are not judged.</param>
internal sealed record ReadingContext(Dump Dump, ModelParams Model, long Tokens, IReadOnlyList<long> Keys, ISet<string> Remarks)
{
    /// <summary>Whether the port attended to what is in a cache.</summary>
    public bool HasCache => Keys.Count > 1;

    /// <summary>What is wrong with a tensor, as an error that names it.</summary>
    public BadInputException Refuse(string name, string problem) => Refusal.Of(Dump, name, problem);
}
