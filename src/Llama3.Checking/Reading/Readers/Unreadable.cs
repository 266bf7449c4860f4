using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading.Readers;

/// <summary>A result in a dump that cannot be read: it is listed and left out, and the rest is judged.</summary>
/// <param name="Name">What the dump calls it; of several tensors the one at fault.</param>
/// <param name="Problem">The rest of a sentence whose subject is the name.</param>
internal sealed record Unreadable(string Name, string Problem)
{
    /// <summary>The same as the reason why a whole dump is refused.</summary>
    public BadInputException In(Dump dump) => Refusal.Of(dump, Name, Problem);

    /// <summary>"q_per_token has the shape [17, 9], expected …"</summary>
    public override string ToString() => $"{Printable.Text(Name)} {Problem}";
}
