using System.Text;
using System.Text.Json;
using Llama3.Checking.Goldens;

namespace Llama3.Verify.Tests.Commands;

/// <summary>"encode" and "decode", with the micro vocabulary; 1820, 15861 and so on are Llama 3's own ids.</summary>
public sealed class EncodeTests
{
    private const string Micro = "llama3verify: the embedded micro vocabulary is used, which cuts most texts into more tokens than Llama 3's; "
        + "--tokenizer FILE takes another\n";

    [Fact(DisplayName = "encode: a text as argument; the embedded vocabulary is named on standard error")]
    public void Text() => Cli.Run("encode", "the universe").Should().Be(new CliResult(0, "1820 15861\n", Micro));

    [Theory(DisplayName = "encode: a text on standard input, its last line end included")]
    [InlineData("the universe", "1820 15861\n")]
    [InlineData("the\n", "1820 198\n")]
    [InlineData("", "\n")]
    [InlineData("\0", "188\n")]
    public void Standard_input(string text, string ids)
    {
        Cli.RunWith(Encoding.UTF8.GetBytes(text), "encode").Output.Should().Be(ids);
        Cli.RunWith(Encoding.UTF8.GetBytes(text), "encode", "-").Output.Should().Be(ids);
    }

    [Fact(DisplayName = "encode --special: special tokens become their ids, and are refused otherwise")]
    public void Special()
    {
        Cli.Run("encode", "the<|eot_id|>", "--special").Output.Should().Be("1820 128009\n");
        Refused(Cli.Run("encode", "the<|eot_id|>"), "the text contains the special token <|eot_id|> at position 3, *");
    }

    [Fact(DisplayName = "encode --tokenizer: a vocabulary of one's own, and nothing on standard error")]
    public void Tokenizer()
    {
        using var folder = new CheckpointFolder();
        Cli.Run("encode", "the universe", "--tokenizer", $"{folder.Path}/tokenizer.model").Should().Be(new CliResult(0, "1820 15861\n", ""));
        Cli.Run("copy", $"{folder.Path}/hf", "--format", "hf").ExitCode.Should().Be(0);
        Cli.Run("encode", "the universe", "--tokenizer", $"{folder.Path}/hf/tokenizer.json").Should().Be(new CliResult(0, "1820 15861\n", ""));
        Refused(Cli.Run("encode", "the", "--tokenizer", $"{folder.Path}/params.json"), "*params.json: model.type is missing, expected \"BPE\"");
        Refused(Cli.Run("encode", "the", "--tokenizer", "/nowhere"), "/nowhere cannot be read: *");
        Refused(Cli.Run("decode", "1820", "--tokenizer", folder.Path), $"{folder.Path}: this is a folder, expected a file");
    }

    // With Meta's ranks: "er" 261, "se" 325, "iv" 344, "un" 359, " un" 653, "iver" 1553, "iverse" 8194, " universe" 15861.
    [Fact(DisplayName = "encode --merges: merge by merge, how a word is put together")]
    public void Merges() => Cli.Run("encode", " universe", "--merges").Output.Should().Be("""
               [ ][u][n][i][v][e][r][s][e]
           261 [ ][u][n][i][v][er][s][e]
           325 [ ][u][n][i][v][er][se]
           344 [ ][u][n][iv][er][se]
           359 [ ][un][iv][er][se]
           653 [ un][iv][er][se]
          1553 [ un][iver][se]
          8194 [ un][iverse]
         15861 [ universe]

        """);

    [Fact(DisplayName = "encode --merges: a piece that is too long to be shown is refused")]
    public void Long_merges() => Refused(Cli.Run("encode", new string('a', 300), "--merges"), "the piece at position 0 has 300 bytes; *");

    [Fact(DisplayName = "encode --jsonl: every line is answered at once")]
    public void Conversation()
    {
        using var tool = new PipedCli("encode", "--jsonl", "--special");
        tool.Ask("\"the universe\"").Should().Be("[1820,15861]");
        tool.Ask("\"\"").Should().Be("[]");
        tool.Ask("\"the<|eot_id|>\"\r").Should().Be("[1820,128009]");
        tool.Ask(@" ""\u0074h\u0065\u0000\n"" ").Should().Be("[1820,188,198]");
        tool.End().Should().Be(new CliResult(0, "", Micro));
    }

    [Fact(DisplayName = "decode --jsonl: every line is answered at once")]
    public void Conversation_back()
    {
        using var tool = new PipedCli("decode", "--jsonl");
        tool.Ask("[1820, 15861]").Should().Be("\"the universe\"");
        tool.Ask("[]").Should().Be("\"\"");
        tool.Ask("[188]").Should().Be("\"\\u0000\"");
        tool.Ask("[128009]").Should().Be("\"<|eot_id|>\"");
        tool.End().ExitCode.Should().Be(0);
    }

    [Theory(DisplayName = "decode: ids as arguments or on standard input")]
    [InlineData("1820 15861", "the universe")]
    [InlineData("1820\n\t15861\r\n", "the universe")]
    [InlineData("", "")]
    public void Decode(string ids, string text)
    {
        Cli.RunWith(Encoding.UTF8.GetBytes(ids), "decode").Should().Be(new CliResult(0, text, Micro));
        Cli.Run("decode", "1820", "15861").Output.Should().Be("the universe");
    }

    [Theory(DisplayName = "encode, decode: difficult texts come back, also halves of surrogate pairs as U+FFFD")]
    [InlineData("\"a\\ud83d\\u00e9\"", "a\uFFFDé")]
    [InlineData("\"\\udc00\\ud83d\\ude00\\/\\\\\\\"\\b\\f\\n\\r\\t\"", "\uFFFD😀/\\\"\b\f\n\r\t")]
    [InlineData("\"中文 кириллица \u2028\u0085\"", "中文 кириллица \u2028\u0085")]
    public void Come_back(string json, string text)
    {
        var ids = Cli.RunWith(Encoding.UTF8.GetBytes(json), "encode", "--jsonl").Output;
        JsonSerializer.Deserialize<string>(Cli.RunWith(Encoding.UTF8.GetBytes(ids), "decode", "--jsonl").Output).Should().Be(text);
    }

    public static TheoryData<string, byte[], string> BadLines => new()
    {
        { "encode", [.. "\"a\"\nhello\n"u8], "standard input, line 2: expected a JSON string, such as \"hello\"" },
        { "encode", [.. "\"a\"\n\n\"b\""u8], "standard input, line 2: expected a JSON string, *" },
        { "encode", [.. "\"a\" \"b\""u8], "standard input, line 1: expected a JSON string, *" },
        { "encode", [.. "\"a\0\""u8], "standard input, line 1: expected a JSON string, *" },
        { "encode", [.. "\"\\u12\""u8], "standard input, line 1: expected a JSON string, *" },
        { "encode", [.. "[\"a\"]"u8], "standard input, line 1: expected a JSON string, *" },
        { "encode", [.. "\"a\"\n\"<|eot_id|>\""u8], "standard input, line 2: the text contains the special token <|eot_id|> *" },
        { "encode", [.. "\"a\"\n\""u8, 0xFF, (byte)'"'], "standard input, line 2: this is not UTF-8" },
        { "decode", [.. "[1820]\n[1820, true]"u8], "standard input, line 2: expected a JSON array of token ids, such as [15339, 1917]" },
        { "decode", [.. "[1820]\n[1820"u8], "standard input, line 2: expected a JSON array of token ids, *" },
        { "decode", [.. "[1.5]"u8], "standard input, line 1: expected a JSON array of token ids, *" },
        { "decode", [.. "[99999999999]"u8], "standard input, line 1: expected a JSON array of token ids, *" },
        { "decode", [.. "[1820]\n[-1]"u8], "standard input, line 2: token id -1 is not in the vocabulary: *" },
    };

    [Theory(DisplayName = "--jsonl: a line that cannot be used is named"), MemberData(nameof(BadLines))]
    public void Bad_lines(string command, byte[] input, string expected) => Refused(Cli.RunWith(input, command, "--jsonl"), expected);

    [Fact(DisplayName = "encode, decode: standard input that is not UTF-8, or not ids, is refused with the line")]
    public void Bad_input()
    {
        Refused(Cli.RunWith([.. "a\nb\n"u8, 0xE2, 0x82, .. "\n"u8], "encode"), "standard input, line 3: this is not UTF-8");
        Refused(Cli.RunWith([.. "1820\n15861 the"u8], "decode"), "standard input, line 2: \"the\" is not a token id");
        Refused(Cli.Run("decode", "1820", "the"), "\"the\" is not a token id");
        Refused(Cli.Run("decode", "12345678901"), "\"12345678901\" is not a token id");
        Refused(Cli.RunWith([.. "\u001b[2J"u8], "decode"), "standard input, line 1: \"?[2J\" is not a token id");
    }

    [Fact(DisplayName = "encode --jsonl: a line of megabytes is a line like others")]
    public void A_long_line()
    {
        var text = string.Concat(Enumerable.Repeat("the universe, ", LongTests.Run ? 1_400_000 : 140_000));
        var run = Cli.RunWith(Encoding.UTF8.GetBytes($"\"{text}\"\n\"the\"\n"), "encode", "--jsonl");
        run.ExitCode.Should().Be(0);
        var lines = run.Output.Split('\n');
        lines[1..].Should().Equal("[1820]", "");
        MicroModel.Micro.Checkpoint.tokenizer.decode(JsonSerializer.Deserialize<int[]>(lines[0])!).Should().Be(text);
    }

    private static void Refused(CliResult run, string expected)
    {
        run.ExitCode.Should().Be(2);
        var lines = run.Error.Replace(Micro, "", StringComparison.Ordinal).TrimEnd('\n').Split('\n');
        lines.Should().ContainSingle().Which.Should().Match($"llama3verify: {expected}");
    }
}
