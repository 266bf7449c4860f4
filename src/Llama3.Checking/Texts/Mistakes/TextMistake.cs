using Llama3.Checking.Mistakes;
using Llama3.Checking.Texts.Ports;
using Llama3.Checking.Texts.Tasks;

namespace Llama3.Checking.Texts.Mistakes;

/// <summary>A mistake that ports make with texts, and the port itself that makes it.</summary>
/// <param name="Kind">The kind of task at which it is looked for first, and by which it is listed.</param>
/// <param name="Name">Short, in snake_case.</param>
/// <param name="Mistake">What went wrong, as one plain sentence.</param>
/// <param name="Fix">How to fix it, as one plain sentence that starts with a verb.</param>
/// <param name="Made">The port, with a wrong part.</param>
internal sealed record TextMistake(TextKind Kind, string Name, string Mistake, string Fix, Func<TextPort, TextPort> Made)
{
    /// <summary>Public threads on it, as owner/repository#number.</summary>
    public IReadOnlyList<string> Threads { get; init; } = [];

    /// <summary>The addresses of the <see cref="Threads"/>.</summary>
    public IEnumerable<string> Urls => Threads.Select(KnownMistake.Url);

    /// <summary>"bos_twice: &lt;|begin_of_text|&gt; is in front of the prompt twice"</summary>
    public override string ToString() => $"{Name}: {Mistake}";
}
