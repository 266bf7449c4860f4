using Llama3.Reference.Walking;

namespace Llama3.Checking.Names;

/// <summary>A name under which ports dump a step.</summary>
/// <param name="Convention">Who gives the name, such as "Hugging Face"; empty for the step's own id.</param>
/// <param name="Template">The name, with "{n}" where the number of the layer stands.</param>
/// <param name="Step">The step.</param>
/// <param name="Part">Which part of the step's result the tensor holds.</param>
internal sealed record Alias(string Convention, string Template, ArticleStep Step, AliasPart Part = AliasPart.Whole);

/// <summary>Which part of a step's result a tensor holds.</summary>
internal enum AliasPart
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>The cosines of freqs_cis.</summary>
    Cosines,

    /// <summary>The sines of freqs_cis.</summary>
    Sines,
}
