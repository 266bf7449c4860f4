using Llama3.Formats.Input;

namespace Llama3.Checking.Names.Engines;

/// <summary>A row says that a tensor holds a step that there is none of.</summary>
/// <param name="id">What stands for the step.</param>
internal sealed class UnknownStepException(string id) : FormatException($"{Printable.Text(id)} is no step")
{
    /// <summary>What stands for the step.</summary>
    public string Id => id;
}
