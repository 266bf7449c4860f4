using Llama3.Formats.Tokenizers.Minbpe;

namespace Llama3.Formats.Tests.Tokenizers.Minbpe;

/// <summary>The cases of minbpe's own tests, and what it leaves open.</summary>
public sealed class TokenizerTests : IDisposable
{
    private const string Llama =
        "<|endoftext|>The llama (/ˈlɑːmə/) lives in herds.\n<|fim_prefix|>Llamas 'll carry 25 to 30% – said 8 llamas<|endofprompt|>";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<Tokenizer> Both => [new BasicTokenizer(), new RegexTokenizer()];

    // https://en.wikipedia.org/wiki/Byte_pair_encoding: aaabdaaabac becomes XdXac, where X = ZY, Y = ab, Z = aa.
    [Theory(DisplayName = "train: Wikipedia's example"), MemberData(nameof(Both))]
    public void Wikipedia_example(Tokenizer tokenizer)
    {
        tokenizer.train("aaabdaaabac", 256 + 3);
        tokenizer.merges.Keys.Should().Equal(('a', 'a'), (256, 'a'), (257, 'b'));
        tokenizer.encode("aaabdaaabac").Should().Equal(258, 'd', 258, 'a', 'c');
        tokenizer.decode([258, 'd', 258, 'a', 'c']).Should().Be("aaabdaaabac");
    }

    [Fact(DisplayName = "explain: Wikipedia's example, merge by merge")]
    public void Explain()
    {
        var tokenizer = new BasicTokenizer();
        tokenizer.train("aaabdaaabac", 256 + 3);
        tokenizer.explain("aaabac").Select(step => $"{step.id} {step}").Should().Equal(
            " [a][a][a][b][a][c]", "256 [aa][a][b][a][c]", "257 [aaa][b][a][c]", "258 [aaab][a][c]");
    }

    [Theory(DisplayName = "encode, decode: any text comes back, learnt or not")]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("hello world!!!? (안녕하세요!) lol123 😉")]
    public void Comes_back(string text)
    {
        var learnt = new RegexTokenizer();
        learnt.train("hello world, hello wide world", 262);
        foreach (var tokenizer in new Tokenizer[] { new BasicTokenizer(), new RegexTokenizer(), learnt })
        {
            tokenizer.decode(tokenizer.encode(text)).Should().Be(text);
        }
    }

    [Theory(DisplayName = "save, load: the same ids after as before, with special tokens and without")]
    [InlineData(false)]
    [InlineData(true)]
    public void Save_and_load(bool special)
    {
        var tokenizer = new RegexTokenizer();
        tokenizer.train(Llama, 256 + 20);
        if (special)
        {
            tokenizer.register_special_tokens([new("<|endoftext|>", 100257), new("<|fim_prefix|>", 100258), new("<|endofprompt|>", 100276)]);
        }
        var ids = tokenizer.encode(Llama, AllowedSpecial.all);
        ids.Contains(100276).Should().Be(special);
        tokenizer.save(Prefix);

        var loaded = new RegexTokenizer(@"\S+|\s+");
        loaded.load($"{Prefix}.model");
        loaded.encode(Llama, AllowedSpecial.all).Should().Equal(ids);
        loaded.decode(ids).Should().Be(Llama);
        loaded.save(Prefix + "2");
        File.ReadAllBytes(Prefix + "2.model").Should().Equal(File.ReadAllBytes(Prefix + ".model"));
    }

    // By hand. In bbb the pair bb counts twice, once for each pair of neighbours.
    [Theory(DisplayName = "train: of equally frequent pairs, the first in the text")]
    [InlineData("abab", 'a', 'b')]
    [InlineData("baab", 'b', 'a')]
    [InlineData("ababbb", 'a', 'b')]
    [InlineData("bbbabab", 'b', 'b')]
    public void Ties(string text, int left, int right)
    {
        var tokenizer = new BasicTokenizer();
        tokenizer.train(text, 257);
        tokenizer.merges.Keys.Should().Equal((left, right));
    }

    [Theory(DisplayName = "train: a text that has no pairs left, or too small a vocabulary, is refused"), MemberData(nameof(Both))]
    public void Too_few_pairs(Tokenizer tokenizer)
    {
        BadInput.IsRefused(() => Train(tokenizer, "aaaa", 259), "vocab_size is 259, but this text has no pair left to merge after 258 tokens; *");
        BadInput.IsRefused(() => Train(tokenizer, "", 257), "*after 256 tokens; *");
        BadInput.IsRefused(() => Train(tokenizer, "aaaa", 255), "vocab_size is 255, expected at least 256, one token for each byte");
        tokenizer.merges.Should().BeEmpty("what was refused leaves the tokenizer as it was");
    }

    [Fact(DisplayName = "encode: a special token in the text is refused unless the caller decides otherwise")]
    public void None_raise()
    {
        var tokenizer = new RegexTokenizer();
        tokenizer.register_special_tokens([new("<|end|>", 300)]);
        BadInput.IsRefused(
            () => tokenizer.encode("a<|end|>"), "the text contains the special token <|end|> at position 1, which must not be part of a text");
        tokenizer.encode("<|end|>", AllowedSpecial.none).Should().Equal("<|end|>".Select(letter => (int)letter));
        tokenizer.encode("<|end|>", AllowedSpecial.set()).Should().HaveCount(7);
        tokenizer.encode("<|end|>", AllowedSpecial.all).Should().Equal(300);
        tokenizer.decode([300]).Should().Be("<|end|>");
    }

    [Theory(DisplayName = "decode: an id that does not exist is named"), MemberData(nameof(Both))]
    public void Unknown_id(Tokenizer tokenizer) =>
        BadInput.IsRefused(() => tokenizer.decode([256]), "token id 256 is not in the vocabulary of 256 tokens");

    [Theory(DisplayName = "very many equal letters are learnt and encoded"), MemberData(nameof(Both))]
    public void Very_many_letters(Tokenizer tokenizer)
    {
        // 100,000 = 97 · 1,024 + 672, and 672 = 512 + 128 + 32; 1,000,000 = 976 · 1,024 + 576, and 576 = 512 + 64.
        var (letters, tokens) = LongTests.Run ? (1_000_000, 976 + 2) : (100_000, 97 + 3);
        var text = new string('a', letters);
        tokenizer.train(text, 256 + 10);
        tokenizer.encode(text).Should().HaveCount(tokens).And.StartWith([265, 265]);
    }

    [Theory(DisplayName = "load: a broken file is named with the line")]
    [InlineData("", "line 0: the file ends before it is complete")]
    [InlineData("minbpe v2\n", "line 1: expected \"minbpe v1\"")]
    [InlineData("minbpe v1\nx\n", "line 2: the file ends before it is complete")]
    [InlineData("minbpe v1\nx\nmany\n", "line 3: \"many\" is not a number")]
    [InlineData("minbpe v1\nx\n2\na 300\n", "line 4: the file ends before it is complete")]
    [InlineData("minbpe v1\nx\n1\n<|a b|> 300\n", "line 4: expected a special token and its id")]
    [InlineData("minbpe v1\nx\n2\na 300\na 301\n", "line 5: this special token is already on an earlier line")]
    [InlineData("minbpe v1\nx\n0\n1 2 3\n", "line 4: \"1 2 3\" is not two ids")]
    [InlineData("minbpe v1\nx\n0\n1 -2\n", "line 4: \"1 -2\" is not two ids")]
    [InlineData("minbpe v1\nx\n0\n1 99999999999\n", "line 4: \"1 99999999999\" is not two ids")]
    [InlineData("minbpe v1\nx\n0\n\u001b[31m\n", "line 4: \"?[31m\" is not two ids")]
    [InlineData("minbpe v1\nx\n0\n1 256\n", "line 4: token 256 does not exist yet: this line makes token 256")]
    [InlineData("minbpe v1\nx\n0\n1 2\n1 2\n", "line 5: this pair is already on an earlier line")]
    public void Broken_file(string content, string expected)
    {
        File.WriteAllText($"{Prefix}.model", content);
        BadInput.IsRefused(() => Load(new BasicTokenizer()), $"{Prefix}.model, {expected}");
    }

    [Fact(DisplayName = "load: tokens that double with each line are refused before they fill the memory")]
    public void Doubling()
    {
        File.WriteAllText($"{Prefix}.model", "minbpe v1\n\n0\n65 65\n" + string.Concat(Enumerable.Range(256, 60).Select(id => $"{id} {id}\n")));
        BadInput.IsRefused(() => Load(new BasicTokenizer()), "*, line 24: token 276 has 2,097,152 bytes, expected at most 1,048,576, and *");
    }

    [Theory(DisplayName = "load: a pattern that cannot be used is refused")]
    [InlineData("", "the split pattern is empty: expected a regular expression, or a BasicTokenizer")]
    [InlineData("(", "the split pattern is not a regular expression that .NET knows: *")]
    public void Bad_pattern(string pattern, string expected)
    {
        File.WriteAllText($"{Prefix}.model", $"minbpe v1\n{pattern}\n0\n");
        BadInput.IsRefused(() => Load(new RegexTokenizer()), $"{Prefix}.model: {expected}");
    }

    [Fact(DisplayName = "load: of a long pattern the message shows the beginning, and what is wrong")]
    public void Long_pattern()
    {
        var letters = new string('a', 5000);
        File.WriteAllText($"{Prefix}.model", $"minbpe v1\n{letters}(\n0\n");
        BadInput.IsRefused(() => Load(new RegexTokenizer()), $"{Prefix}.model: the split pattern is not *'{letters[..80]}…' at offset 5001. Not enough )'s.");
    }

    [Fact(DisplayName = "load: no file")]
    public void No_file() => BadInput.IsRefused(() => Load(new BasicTokenizer()), $"{Prefix}.model cannot be read: *");

    [Theory(DisplayName = "save: what the file cannot hold is refused")]
    [InlineData(" x", "<|end|>", "the split pattern begins or ends with white space or has several lines, which the file cannot hold")]
    [InlineData("a\nb", "<|end|>", "the split pattern begins or ends *")]
    [InlineData("x", "<|the end|>", "the special token \"<|the end|>\" is empty or has white space, which the file cannot hold")]
    [InlineData("x", "", "the special token \"\" is empty or has white space, which the file cannot hold")]
    public void What_the_file_cannot_hold(string pattern, string special, string expected)
    {
        var tokenizer = new RegexTokenizer(pattern);
        tokenizer.register_special_tokens([new(special, 300)]);
        BadInput.IsRefused(() => Save(tokenizer), expected);
    }

    [Fact(DisplayName = "save: a file that cannot be written")]
    public void No_folder_to_save_in()
    {
        var prefix = Path.Combine(_folder.Path, "nowhere", "tokenizer");
        BadInput.IsRefused(() => Save(new BasicTokenizer(), prefix), $"{prefix}.model cannot be written: *");
    }

    private string Prefix => Path.Combine(_folder.Path, "tokenizer");

    private Tokenizer Load(Tokenizer tokenizer)
    {
        tokenizer.load($"{Prefix}.model");
        return tokenizer;
    }

    private Tokenizer Save(Tokenizer tokenizer, string? prefix = null)
    {
        tokenizer.save(prefix ?? Prefix);
        return tokenizer;
    }

    private static Tokenizer Train(Tokenizer tokenizer, string text, int vocab_size)
    {
        tokenizer.train(text, vocab_size);
        return tokenizer;
    }
}
