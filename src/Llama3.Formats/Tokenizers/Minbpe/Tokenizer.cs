using System.Text;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers.Minbpe;

/// <summary>A tokenizer that learns its vocabulary from a text, like the class of this name in Karpathy's minbpe.</summary>
public abstract class Tokenizer
{
    private protected Tokenizer(string pattern) => this.pattern = pattern;

    /// <summary>The pairs and the token ids that they merge into, in the order in which they were learnt.</summary>
    public OrderedDictionary<(int, int), int> merges { get; private set; } = [];

    /// <summary>The pattern that splits a text before merging; empty if texts are not split.</summary>
    public string pattern { get; private protected set; }

    /// <summary>The names of special tokens, and their ids.</summary>
    public OrderedDictionary<string, int> special_tokens { get; private protected set; } = [];

    /// <summary>The bytes of each id.</summary>
    public OrderedDictionary<int, byte[]> vocab { get; private set; } = ModelFile.Bytes();

    /// <summary>Learns merges from a text: again and again, the most frequent pair becomes a token.</summary>
    /// <param name="text">Any string; a lone surrogate counts as U+FFFD.</param>
    /// <param name="vocab_size">The number of tokens, the 256 bytes included.</param>
    /// <exception cref="BadInputException">The size is below 256, or the text runs out of pairs before.</exception>
    public void train(string text, int vocab_size)
    {
        if (vocab_size < 256) { throw new BadInputException($"vocab_size is {vocab_size}, expected at least 256, one token for each byte"); }
        var ids = Count(text);
        OrderedDictionary<(int, int), int> merges = [];
        var vocab = ModelFile.Bytes();
        for (var idx = 256; idx < vocab_size; idx++)
        {
            var pair = ids.Max() ?? throw new BadInputException(
                $"vocab_size is {vocab_size}, but this text has no pair left to merge after {idx} tokens; train on more text, or for fewer tokens");
            ids.Merge(pair, idx);
            merges.Add((pair.Left, pair.Right), idx);
            vocab.Add(idx, [.. vocab[pair.Left], .. vocab[pair.Right]]);
        }
        (this.merges, this.vocab) = (merges, vocab);
    }

    /// <summary>The token ids of <paramref name="text"/>.</summary>
    public abstract IReadOnlyList<int> encode(string text);

    /// <summary>The text of <paramref name="ids"/>; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <exception cref="BadInputException">An id is not in the vocabulary.</exception>
    public string decode(IEnumerable<int> ids) => Encoding.UTF8.GetString([.. ids.SelectMany(Bytes)]);

    /// <summary>The merges of <paramref name="text"/> as one piece: its bytes, then the parts after each merge.</summary>
    public IEnumerable<MergeStep> explain(string text) => MergeStep.Of(
        Encoding.UTF8.GetBytes(text).Select(value => ((int)value, new[] { value })),
        (left, right) => merges.TryGetValue((left.Id, right.Id), out var id) ? id : null);

    /// <summary>Writes <paramref name="file_prefix"/>.model, for <see cref="load"/>, and <paramref name="file_prefix"/>.vocab, for people.</summary>
    /// <exception cref="BadInputException">The pattern or a special token does not fit on a line of the file, or writing fails.</exception>
    public void save(string file_prefix)
    {
        Write($"{file_prefix}.model", ModelFile.Text(pattern, special_tokens, merges));
        Write($"{file_prefix}.vocab", VocabFile.Text(vocab, merges));
    }

    /// <summary>Reads the file that <see cref="save"/>, or minbpe, has written.</summary>
    /// <exception cref="BadInputException">The file is not such a file.</exception>
    public virtual void load(string model_file)
    {
        var file = ModelFile.Read(model_file);
        (merges, pattern, special_tokens, vocab) = (file.Merges, file.Pattern, file.SpecialTokens, file.Vocab);
    }

    /// <summary>The text as the pieces within which pairs are counted.</summary>
    private protected abstract PairCounts Count(string text);

    /// <summary>The token ids of text that is not split any further.</summary>
    private protected IEnumerable<int> EncodeChunk(string text) => new PairMerger(merges, Encoding.UTF8.GetBytes(text)).Run();

    private protected virtual byte[] Bytes(int id) => vocab.TryGetValue(id, out var token)
        ? token
        : throw new BadInputException($"token id {id} is not in the vocabulary of {vocab.Count} tokens");

    private static void Write(string path, string text) => FileGuard.Write(path, () => File.WriteAllText(path, text));

    private sealed class PairMerger(OrderedDictionary<(int, int), int> merges, byte[] text) : Merger([.. text.Select(value => (int)value)])
    {
        protected override bool TryMerge(int start, int middle, int end, out int rank) => merges.TryGetValue((Id(start), Id(middle)), out rank);
    }
}
