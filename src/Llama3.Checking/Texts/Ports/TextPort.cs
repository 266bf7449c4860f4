using System.Text;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Ports;

/// <summary>
/// The texts of a port, made of parts: what is done to a text before it is cut, how it is cut, how bytes are merged, what is put around it,
/// and so on. As it is created it is right. A mistake is another part in the place of one.
/// </summary>
/// <param name="Tokenizer">Llama 3's tokenizer.</param>
internal sealed record TextPort(ITokenizer Tokenizer)
{
    private const double Rounding = 2e-6;
    private const int ShortText = 256;

    private static readonly Func<string, IEnumerable<string>> RightCut = TextSplitter.Split;
    private static readonly Func<string, byte[]> RightBytes = Encoding.UTF8.GetBytes;
    private static readonly Func<Vocabulary, byte[], IEnumerable<int>> RightMerge = BytePairMerger.Encode;

    /// <summary>Short texts that were encoded. Ports that are made of this one share it.</summary>
    private readonly Dictionary<string, IReadOnlyList<int>> _encoded = [];

    /// <summary>The tokens that are bytes of text.</summary>
    public Vocabulary Vocabulary => Tokenizer.ranks!;

    /// <summary>What is done to a text first.</summary>
    public Func<string, string> Prepare { get; init; } = text => text;

    /// <summary>Which names in a text are tokens.</summary>
    public Func<TextTask, NamedTokens> Names { get; init; } =
        task => !task.IsSpecial ? NamedTokens.None : task.IsLlama31 ? Llama31 : SpecialTokens.Named;

    /// <summary>What becomes of the text between such names: its place says whether a name is before it and after it.</summary>
    public Func<string, bool, bool, string> BesideNames { get; init; } = (text, _, _) => text;

    /// <summary>How a text is cut into pieces.</summary>
    public Func<string, IEnumerable<string>> Cut { get; init; } = RightCut;

    /// <summary>The bytes of a piece.</summary>
    public Func<string, byte[]> Bytes { get; init; } = RightBytes;

    /// <summary>How the bytes of a piece are merged into tokens.</summary>
    public Func<Vocabulary, byte[], IEnumerable<int>> Merge { get; init; } = RightMerge;

    /// <summary>What becomes of the ids of a text alone.</summary>
    public Func<IEnumerable<int>, IEnumerable<int>> Encoded { get; init; } = ids => ids;

    /// <summary>Which id a token gets.</summary>
    public Func<int, int> Id { get; init; } = id => id;

    /// <summary>What is put around the ids of a text, or of a conversation, for the model.</summary>
    public Func<IReadOnlyList<int>, IEnumerable<int>> Frame { get; init; } = ids => ids;

    /// <summary>The ids in front of a text for the model.</summary>
    public IReadOnlyList<int> Begin { get; init; } = [SpecialTokens.First];

    /// <summary>What becomes of a conversation before it is laid out.</summary>
    public Func<Conversation, Conversation> Messages { get; init; } = conversation => conversation;

    /// <summary>The template with dates.</summary>
    public Func<Conversation, IEnumerable<Segment>> Dated { get; init; } = Llama3Template.Dated;

    /// <summary>The template without.</summary>
    public Func<Conversation, IEnumerable<Segment>> Undated { get; init; } = Llama3Template.Meta;

    /// <summary>What becomes of the segments of a conversation.</summary>
    public Func<IEnumerable<Segment>, IEnumerable<Segment>> Layout { get; init; } = segments => segments;

    /// <summary>Which names in the contents of a conversation are tokens.</summary>
    public NamedTokens NamesInContents { get; init; } = NamedTokens.None;

    /// <summary>Whether texts that stand side by side in a conversation are encoded as one.</summary>
    public bool JoinsTexts { get; init; }

    /// <summary>The text of ids that come one by one.</summary>
    public Func<TextStream, string> Stream { get; init; } = stream => stream.Text;

    /// <summary>The text of generated ids up to what stops it.</summary>
    public Func<GeneratedText, string> Stop { get; init; } = text => text.Stopped;

    /// <summary>The order of <see cref="Sampler"/> where a line says none.</summary>
    public SamplingOrder Order { get; init; } = SamplingOrder.TemperatureFirst;

    /// <summary>What may be drawn.</summary>
    public Func<Sampling, SamplingOrder, IReadOnlyDictionary<int, double>> Sampler { get; init; } = new SamplingSteps().Of;

    private static NamedTokens Llama31 { get; } = new(SpecialTokens.Ids.Where(entry => !SpecialTokens.AddedIn31.Values.Contains(entry.Value)).Concat(SpecialTokens.AddedIn31));

    /// <summary>What the port answers.</summary>
    public TextAnswer Answer(TextTask task) => task.Kind switch
    {
        TextKind.Encode => Ids(Encoded(Encode(task.Text, Names(task)))),
        TextKind.Prompt => Ids(Frame([.. Begin, .. Encode(task.Text, Names(task))])),
        TextKind.Conversation => Ids(Frame([.. Segments(task).SelectMany(Encode)])),
        TextKind.Stream => new StringAnswer(Stream(new TextStream(Tokenizer, task.Ids, task.IsSpecial) { IsLlama31 = task.IsLlama31 })),
        TextKind.Stops => new StringAnswer(Stop(new GeneratedText(Tokenizer, task, Stream))),
        _ => Draw(task.Sampling!),
    };

    private IdsAnswer Ids(IEnumerable<int> ids) => new([.. ids.Select(Id)]);

    private ProbabilitiesAnswer Draw(Sampling sampling)
    {
        var order = sampling.Order ?? Order;
        return new(Sampler(sampling, order)) { OnTheEdge = [.. Rounded(sampling).Select(rounded => Sampler(rounded, order))] };
    }

    /// <summary>Cuts a little earlier and a little later: sums in float32 are off by as much.</summary>
    private static IEnumerable<Sampling> Rounded(Sampling sampling) =>
        from top_p in sampling.TopP < 1 ? new[] { sampling.TopP * (1 - Rounding), sampling.TopP * (1 + Rounding) } : [sampling.TopP]
        from min_p in sampling.MinP > 0 ? new[] { sampling.MinP * (1 - Rounding), sampling.MinP * (1 + Rounding) } : [sampling.MinP]
        select sampling with { TopP = top_p, MinP = min_p };

    /// <summary>The ids of a text.</summary>
    public IEnumerable<int> Encode(string text, NamedTokens names)
    {
        var prepared = Prepare(text);
        var (ids, done) = (new List<int>(), 0);
        foreach (var (start, end, id) in names.Find(prepared))
        {
            ids.AddRange(EncodeText(BesideNames(prepared[done..start], done > 0, true)));
            ids.Add(id);
            done = end;
        }
        return [.. ids, .. EncodeText(BesideNames(prepared[done..], done > 0, false))];
    }

    private IEnumerable<Segment> Segments(TextTask task)
    {
        var segments = Layout((task.IsDated ? Dated : Undated)(Messages(task.Conversation!)));
        return JoinsTexts ? Segment.Joined(segments) : segments;
    }

    private IEnumerable<int> Encode(Segment segment) => segment.IsSpecial ? [SpecialTokens.Id(segment.Text)] : Encode(segment.Text, NamesInContents);

    /// <summary>What is right in cutting and merging is left to the tokenizer, which is faster; templates say the same short texts over and over.</summary>
    private IEnumerable<int> EncodeText(string text)
    {
        if ((Cut, Bytes, Merge) != (RightCut, RightBytes, RightMerge)) { return Cut(text).SelectMany(piece => Merge(Vocabulary, Bytes(piece))); }
        if (text.Length > ShortText) { return Tokenizer.encode_ordinary(text); }
        if (!_encoded.TryGetValue(text, out var ids)) { _encoded[text] = ids = Tokenizer.encode_ordinary(text); }
        return ids;
    }
}
