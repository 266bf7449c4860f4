using System.Text;
using System.Text.RegularExpressions;
using Llama3.Formats.Tokenizers;

namespace Llama3.Formats.Tests.Tokenizers;

/// <summary>What is so for any text; the texts are the same in each run, LLAMA3_SEED gives others.</summary>
public sealed class PropertyTests
{
    // Llama 3's pattern; ſ (U+017F) is spelt out because in Rust (?i:'s) matches it, and in .NET it does not.
    private static readonly Regex Pattern = new(
        @"(?i:'s|'ſ|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        RegexOptions.CultureInvariant);

    private static readonly string[] Liked =
    [
        " ", " ", "\n", "\r", "\t", "\u00a0", "\u2003", "'", "'s", "'LL", "e", "a", "Z", "0", "12", ".", "!", "<|",
        "|>", "é", "e\u0301", "中", "я", "😀", "𝐀", "𝟎",
    ];

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("LLAMA3_SEED"), out var seed) ? seed : 1;

    [Fact(DisplayName = "any text comes back: encode, then decode, also token by token")]
    public void Comes_back()
    {
        foreach (var text in Texts(LongTests.Rounds(500, 2000)))
        {
            foreach (var tokenizer in new[] { TestTokenizers.Pairs, Micro.Checkpoint.tokenizer })
            {
                var ids = tokenizer.encode_ordinary(text);
                tokenizer.decode(ids).Should().Be(text);
                var decoder = new StreamingDecoder(tokenizer);
                (string.Concat(ids.Select(decoder.Add)) + decoder.Finish()).Should().Be(text);
            }
        }
    }

    [SkippableFact(DisplayName = "any text comes back: ranks of Llama 3")]
    public void Comes_back_from_llama3()
    {
        var tokenizer = TestTokenizers.Llama3();
        foreach (var text in Texts(5000)) { tokenizer.decode(tokenizer.encode_ordinary(text)).Should().Be(text); }
    }

    [Fact(DisplayName = "any text of the basic plane is cut where .NET's regular expression matches")]
    public void Cut_by_the_pattern()
    {
        foreach (var text in Texts(LongTests.Rounds(500, 5000)).Select(text => string.Concat(text.Where(letter => !char.IsSurrogate(letter)))))
        {
            TestTokenizers.Split(text).Should().Equal(Pattern.Matches(text).Select(match => match.Value), "the text is \"{0}\"", text);
        }
    }

    [Theory(DisplayName = "encode: what is encoded piece by piece is encoded as a whole, long pieces too")]
    [InlineData(200), InlineData(256), InlineData(257), InlineData(1000)]
    public void Long_pieces(int length)
    {
        var random = new Random(Seed);
        var piece = string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(3))));
        TestTokenizers.Pairs.encode(piece).Should().Equal(Plain(piece));
    }

    /// <summary>The rule, as the article's library states it: the pair of the lowest rank, the leftmost of equals, until there is none.</summary>
    private static List<int> Plain(string piece)
    {
        var parts = piece.Select(letter => new[] { (byte)letter }).ToList();
        while (true)
        {
            var (rank, left) = Enumerable.Range(0, parts.Count - 1)
                .Select(left => (Rank: TestTokenizers.PairRank([.. parts[left], .. parts[left + 1]]), left)).Min();
            if (rank == int.MaxValue) { return [.. parts.Select(TestTokenizers.PairRank)]; }
            parts[left] = [.. parts[left], .. parts[left + 1]];
            parts.RemoveAt(left + 1);
        }
    }

    private static IEnumerable<string> Texts(int count)
    {
        var random = new Random(Seed);
        for (var n = 0; n < count; n++)
        {
            var text = new StringBuilder();
            for (var left = random.Next(40); left >= 0; left--)
            {
                if (random.Next(2) == 0) { text.Append(Liked[random.Next(Liked.Length)]); }
                else if (Rune.TryCreate(random.Next(random.Next(2) == 0 ? 0x3000 : 0x110000), out var rune)) { text.Append(rune.ToString()); }
            }
            yield return text.ToString();
        }
    }
}
