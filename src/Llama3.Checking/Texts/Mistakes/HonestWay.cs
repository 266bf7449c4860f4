using Llama3.Checking.Texts.Ports;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;
using static Llama3.Formats.Tokenizers.Llama3Template;

namespace Llama3.Checking.Texts.Mistakes;

/// <summary>What good ports do differently: no fault, but worth a line.</summary>
/// <param name="Kind">The kind of task at which it shows.</param>
/// <param name="Note">What is different, and who does it so.</param>
/// <param name="Made">The port that does it so.</param>
internal sealed record HonestWay(TextKind Kind, string Note, Func<TextPort, TextPort> Made)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<HonestWay> All { get; } =
    [
        new(TextKind.Conversation, "the white space around contents is dropped, as the templates of Hugging Face's folders do; Meta's llama-models keeps it",
            port => port with { Undated = conversation => Meta(conversation with { messages = [.. conversation.messages.Select(Stripped)] }) }),
        new(TextKind.Conversation, "the white space around contents is kept with dates too; the templates of Hugging Face's folders drop it",
            port => port with { Dated = conversation => Dated(conversation, content => content) }),
        new(TextKind.Conversation, "names of special tokens in contents become tokens, as in transformers and llama.cpp: who writes a message can end its turn; Meta's code encodes them as text",
            port => port with { NamesInContents = SpecialTokens.Named }),
        new(TextKind.Conversation, "a header and the content after it are encoded together, as in transformers and llama.cpp: newlines at the beginning of a content are merged with the header's two",
            port => port with { JoinsTexts = true }),
        new(TextKind.Conversation, "what a tool answers stands as it is, as in Meta's code; the templates of 3.1 and later put a text in quotes, as JSON",
            port => port with { Layout = segments => Unquoted(port.Layout(segments)) }),
        new(TextKind.Stream, "the spaces before punctuation are dropped, as transformers does where clean_up_tokenization_spaces is true",
            port => port with { Stream = stream => StreamMistakes.CleanedUp(port.Stream(stream)) }),
        new(TextKind.Sampling, "the temperature comes last, as in llama.cpp; transformers and Meta divide by it first", port => port with { Order = SamplingOrder.TemperatureLast }),
    ];

    /// <summary>The ways of a kind: the usual one, then all in which one thing is different, then two, and so on.</summary>
    public static IEnumerable<IReadOnlyList<HonestWay>> Of(TextKind kind)
    {
        HonestWay[] ways = [.. All.Where(way => way.Kind == kind)];
        return Enumerable.Range(0, 1 << ways.Length).OrderBy(bits => int.PopCount(bits)).Select(bits => (IReadOnlyList<HonestWay>)[.. ways.Where((_, index) => ((bits >> index) & 1) == 1)]);
    }

    /// <summary>A quoted text after the header of a tool, without its quotes.</summary>
    private static IEnumerable<Segment> Unquoted(IEnumerable<Segment> segments)
    {
        var isTool = false;
        foreach (var segment in segments)
        {
            isTool = segment.IsSpecial ? isTool && segment.Text != EndOfTurn : isTool || segment.Text == Tools;
            yield return isTool && segment.Text.StartsWith('"') ? Segment.Of(PythonJson.Unquoted(segment.Text)) : segment;
        }
    }
}
