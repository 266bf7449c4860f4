using System.Text;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers.Minbpe;

/// <summary>Byte pair encoding within the pieces of a text, which a pattern cuts, and special tokens.</summary>
public sealed class RegexTokenizer : Tokenizer
{
    private SplitPattern _compiled_pattern;
    private Dictionary<int, string> _inverse_special_tokens = [];

    /// <param name="pattern">The pattern that splits a text; GPT-4's if left out.</param>
    /// <exception cref="BadInputException">The pattern is not a regular expression.</exception>
    public RegexTokenizer(string? pattern = null)
        : base(pattern ?? SplitPattern.GPT4_SPLIT_PATTERN) => _compiled_pattern = new(this.pattern);

    /// <summary>Sets the special tokens; their ids should be above those of the merges.</summary>
    public void register_special_tokens(IEnumerable<KeyValuePair<string, int>> special_tokens)
    {
        this.special_tokens = new(special_tokens);
        _inverse_special_tokens = Inverse();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> encode(string text) => encode(text, AllowedSpecial.none_raise);

    /// <summary>The token ids of <paramref name="text"/>, with the allowed special tokens as their ids.</summary>
    /// <exception cref="BadInputException">There is a special token in the text, and <paramref name="allowed_special"/> is none_raise.</exception>
    public IReadOnlyList<int> encode(string text, AllowedSpecial allowed_special)
    {
        var special = allowed_special.Of(special_tokens, text);
        return [.. SpecialSplit.Parts(text, special.Keys).SelectMany(part => special.TryGetValue(part, out var id) ? [id] : encode_ordinary(part))];
    }

    /// <summary>The token ids of <paramref name="text"/>, with names of special tokens as ordinary text.</summary>
    public IReadOnlyList<int> encode_ordinary(string text) => [.. _compiled_pattern.Split(text).SelectMany(EncodeChunk)];

    /// <inheritdoc/>
    public override void load(string model_file)
    {
        base.load(model_file);
        _compiled_pattern = Compiled(model_file);
        _inverse_special_tokens = Inverse();
    }

    private SplitPattern Compiled(string model_file)
    {
        try
        {
            return new(pattern);
        }
        catch (BadInputException error)
        {
            throw new BadInputException($"{model_file}: {error.Message}", error);
        }
    }

    private protected override PairCounts Count(string text) =>
        new(_compiled_pattern.Split(text).CountBy(chunk => chunk).Select(chunk => (Encoding.UTF8.GetBytes(chunk.Key), chunk.Value)));

    private protected override byte[] Bytes(int id) =>
        !vocab.ContainsKey(id) && _inverse_special_tokens.TryGetValue(id, out var name) ? Encoding.UTF8.GetBytes(name) : base.Bytes(id);

    private Dictionary<int, string> Inverse() =>
        special_tokens.GroupBy(special => special.Value).ToDictionary(group => group.Key, group => group.Last().Key);
}
