using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Llama3.Formats.Tokenizers.Minbpe;

namespace Llama3.Formats.Tests.Tokenizers.Minbpe;

/// <summary>Held against Karpathy's minbpe, see scripts/minbpe_expectations.py.</summary>
public sealed class MinbpeTests : IDisposable
{
    /// <summary>The path of tests/taylorswift.txt in minbpe's repository; only figures of it are here.</summary>
    private const string Sample = "MINBPE_SAMPLE";

    private static readonly KeyValuePair<string, int>[] Specials =
        [new("<|end|>", 100257), new("<|", 100258), new("<|end|>x", 100259), new("€", 100260)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = "minbpe: 100 texts with many equally frequent pairs give BasicTokenizer the same merges, ids and files")]
    public void Basic() => Expectations("basic", () => new BasicTokenizer()).Should().Be(100);

    [Fact(DisplayName = "minbpe: 100 texts with many equally frequent pairs give RegexTokenizer the same merges, ids, special tokens and files")]
    public void Regex() => Expectations("regex", () => new RegexTokenizer()).Should().Be(100);

    // The SHA-256 of minbpe's merges as lines "left right", and of its ids in one line.
    [SkippableTheory(DisplayName = "minbpe: its sample text gives the same 3,840 merges, tie by tie, and the same ids")]
    [InlineData("basic", "510df82b98a9aaa3bc273bc49968a7146032c82cc3b9a1f474f8275100af8e1c", 35550)]
    [InlineData("regex", "6efe01c7ae0b08c931934e8908d88d392f5fef41ed6f887f49bbbccee30a28da", 53634)]
    public void Sample_text(string kind, string merges, int ids)
    {
        var path = Environment.GetEnvironmentVariable(Sample);
        Skip.If(string.IsNullOrEmpty(path), $"set {Sample} to the path of minbpe's tests/taylorswift.txt to run this");
        var text = File.ReadAllText(path);
        Tokenizer tokenizer = kind == "basic" ? new BasicTokenizer() : new RegexTokenizer();
        tokenizer.train(text, 4096);
        Hash(string.Join('\n', tokenizer.merges.Keys.Select(pair => $"{pair.Item1} {pair.Item2}"))).Should().Be(merges);
        var encoded = tokenizer.encode(text);
        encoded.Should().HaveCount(ids);
        tokenizer.decode(encoded).Should().Be(text);
    }

    private int Expectations(string kind, Func<Tokenizer> create)
    {
        var cases = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Tokenizers", "minbpe.jsonl"))
            .Select(line => JsonElement.Parse(line)).Where(case_ => Text(case_, "kind") == kind).ToArray();
        foreach (var case_ in cases) { ShouldMeet(create(), case_); }
        return cases.Length;
    }

    private void ShouldMeet(Tokenizer tokenizer, JsonElement case_)
    {
        var merges = case_.GetProperty("merges").EnumerateArray().Select(pair => (pair[0].GetInt32(), pair[1].GetInt32())).ToArray();
        tokenizer.train(Text(case_, "text"), 256 + merges.Length);
        tokenizer.merges.Keys.Should().Equal(merges, "minbpe learns so from \"{0}\"", Text(case_, "text"));
        var other = Text(case_, "other");
        if (tokenizer is RegexTokenizer regex) { SpecialsShouldMeet(regex, case_); }
        else { tokenizer.encode(other).Should().Equal(Ids(case_, "ids")); }
        tokenizer.decode(Ids(case_, "ids")).Should().Be(other);

        var prefix = Path.Combine(_folder.Path, "t");
        tokenizer.save(prefix);
        Hash(File.ReadAllText($"{prefix}.model")).Should().Be(Text(case_, "model"));
        Hash(File.ReadAllText($"{prefix}.vocab")).Should().Be(Text(case_, "vocab"), "minbpe writes so for \"{0}\"", Text(case_, "text"));
    }

    private static void SpecialsShouldMeet(RegexTokenizer tokenizer, JsonElement case_)
    {
        var other = Text(case_, "other");
        tokenizer.register_special_tokens(Specials);
        tokenizer.encode(other, AllowedSpecial.none).Should().Equal(Ids(case_, "ids"));
        tokenizer.encode(other, AllowedSpecial.all).Should().Equal(Ids(case_, "all"));
        tokenizer.encode(other, AllowedSpecial.set("<|end|>x", "€", "unknown")).Should().Equal(Ids(case_, "set"));
        tokenizer.decode(Ids(case_, "all")).Should().Be(other);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Text(JsonElement case_, string field) => case_.GetProperty(field).GetString()!;

    private static int[] Ids(JsonElement case_, string field) => [.. case_.GetProperty(field).EnumerateArray().Select(id => id.GetInt32())];
}
