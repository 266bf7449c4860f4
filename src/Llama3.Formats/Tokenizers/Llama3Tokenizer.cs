using System.Text;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers;

/// <summary>Llama 3's tokenizer.</summary>
public sealed class Llama3Tokenizer : ITokenizer
{
    private readonly Vocabulary _vocabulary;
    private readonly ByteLevelTokenizer _tokenizer;
    private TextFrame _frame = TextFrame.Llama3;

    private Llama3Tokenizer(Vocabulary vocabulary, IBytePairEngine engine) => (_vocabulary, _tokenizer) = (vocabulary,
        new(vocabulary, engine, SpecialTokens.Named, NamedTokens.None)
        {
            n_vocab = SpecialTokens.First + SpecialTokens.Names.Count,
            frame = TextFrame.Llama3,
        });

    /// <inheritdoc/>
    public int n_vocab => _tokenizer.n_vocab;

    TextFrame ITokenizer.frame => _frame;

    Vocabulary? ITokenizer.ranks => _vocabulary;

    /// <summary>Reads a file: a <c>tokenizer.model</c>, or a tokenizer.json if its name ends with .json.</summary>
    /// <exception cref="BadInputException">There is no such file, or it is not Llama 3's tokenizer.</exception>
    public static Llama3Tokenizer Open(string path) =>
        InputFile.Read(path, stream => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? ReadJson(stream, path) : Read(stream, path));

    /// <summary>Reads a <c>tokenizer.model</c>; <paramref name="path"/> is its name in messages.</summary>
    /// <exception cref="BadInputException">The file is not a tiktoken vocabulary, or not a complete one.</exception>
    internal static Llama3Tokenizer Read(Stream stream, string path) => Read(stream, path, TokenizerEngine.Default);

    /// <summary>The same, with an engine of the caller's choice.</summary>
    /// <exception cref="BadInputException">The file is not a tiktoken vocabulary, or not a complete one.</exception>
    internal static Llama3Tokenizer Read(Stream stream, string path, Func<Vocabulary, IBytePairEngine> engine) => Of(TiktokenFile.Read(stream, path), engine);

    /// <summary>Reads Hugging Face's <c>tokenizer.json</c>; <paramref name="path"/> is its name in messages.</summary>
    /// <exception cref="BadInputException">The file is not Llama 3's tokenizer.</exception>
    internal static Llama3Tokenizer ReadJson(Stream stream, string path) => Of(TokenizerJson.Read(stream, path), TokenizerEngine.Default);

    /// <summary>The same, of a model that was trained with something else around its texts.</summary>
    internal Llama3Tokenizer With(TextFrame frame)
    {
        var other = (Llama3Tokenizer)MemberwiseClone();
        other._frame = frame;
        return other;
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> encode(string text, bool allowed_special = false) => _tokenizer.encode(text, allowed_special);

    /// <inheritdoc/>
    public IReadOnlyList<int> encode_ordinary(string text) => _tokenizer.encode_ordinary(text);

    /// <inheritdoc/>
    public string decode(IEnumerable<int> tokens) => _tokenizer.decode(tokens);

    /// <inheritdoc/>
    public byte[] decode_bytes(IEnumerable<int> tokens) => _tokenizer.decode_bytes(tokens);

    /// <summary>The merges of each piece of <paramref name="text"/>: its bytes, then the parts after each merge.</summary>
    /// <remarks>A piece that is a token is taken whole, even if merges do not lead to it; the last step is then the whole piece.</remarks>
    /// <param name="text">The text; names of special tokens in it are text.</param>
    /// <param name="longest">The most bytes of a piece; the steps need memory in proportion to its square.</param>
    /// <exception cref="BadInputException">A piece has more bytes.</exception>
    public IEnumerable<IReadOnlyList<MergeStep>> explain(string text, int longest = 1000)
    {
        for (var (start, end) = (0, 0); start < text.Length; start = end)
        {
            end = TextSplitter.End(text, start);
            var piece = Encoding.UTF8.GetBytes(text[start..end]);
            if (piece.Length > longest)
            {
                throw new BadInputException(
                    $"the piece at position {start} has {piece.Length:N0} bytes; merges are shown of pieces up to {longest:N0}");
            }
            yield return Explain(piece);
        }
    }

    private static Llama3Tokenizer Of(Vocabulary vocabulary, Func<Vocabulary, IBytePairEngine> engine) => new(vocabulary, engine(vocabulary));

    private List<MergeStep> Explain(byte[] piece)
    {
        var steps = MergeStep.Of(
            piece.Select(value => (_vocabulary.Rank(value), new[] { value })),
            (left, right) => _vocabulary.TryGetRank([.. left.Bytes, .. right.Bytes], out var id) ? id : null).ToList();
        if (steps[^1].parts.Count > 1 && _vocabulary.TryGetRank(piece, out var whole)) { steps.Add(new(whole, [string.Concat(steps[^1].parts)])); }
        return steps;
    }
}
