namespace Llama3.Formats.Tests.Tokenizers;

public class TiktokenFileTests
{
    [Theory(DisplayName = "tokenizer.model: a broken line is named by its number")]
    [InlineData("YWI=\n", "expected a token in base64, a space and its rank")]
    [InlineData("YWI 256\n", "\"YWI\" is not base64")]
    [InlineData("YW*= 256\n", "\"YW*=\" is not base64")]
    [InlineData(" 256\n", "\"\" is not base64")]
    [InlineData("YWI= \n", "the rank is \"\", expected a number from 0 to 127999")]
    [InlineData("YWI= x\n", "the rank is \"x\", expected*")]
    [InlineData("YWI= 2x\n", "the rank is \"2x\", expected*")]
    [InlineData("YWI= -1\n", "the rank is \"-1\", expected*")]
    [InlineData("YWI= 1.5\n", "the rank is \"1.5\", expected*")]
    [InlineData("YWI=  256\n", "the rank is \" 256\", expected*")]
    [InlineData("YWI= 128000\n", "the rank is \"128000\", expected*")]
    [InlineData("YWI= 99999999999999999999\n", "the rank is \"99999999999999999999\", expected*")]
    [InlineData("YWI= 255\n", "rank 255 already belongs to an earlier token")]
    [InlineData("/w== 256\n", "this token is already on an earlier line")]
    public void Broken_line(string line, string expected) =>
        Refused(TestTokenizers.AllBytes() + line, $"tokenizer.model, line 257: {expected}");

    [Theory(DisplayName = "tokenizer.model: what a message shows of a line is cut and has no control characters")]
    [InlineData("\u001b[31m\u0007\u009b 256\n", "\"?[31m??\" is not base64")]
    [InlineData("YWI= \u001b[2J\n", "the rank is \"?[2J\", expected a number from 0 to 127999")]
    public void Printable_line(string line, string expected) =>
        Refused(TestTokenizers.AllBytes() + line, $"tokenizer.model, line 257: {expected}");

    [Fact(DisplayName = "tokenizer.model: of a long line a message shows the beginning")]
    public void Long_line() => Refused(
        TestTokenizers.AllBytes() + new string('=', 4000) + " 256\n",
        $"tokenizer.model, line 257: \"{new string('=', 80)}…\" is not base64");

    [Fact(DisplayName = "tokenizer.model: an endless line is refused")]
    public void Endless_line() =>
        Refused(new string('A', 5000), "tokenizer.model, line 1: the line is 5,000 bytes long, expected at most 4,096*");

    [Fact(DisplayName = "tokenizer.model: an endless file is refused")]
    public void Endless_file() => Refused(new string('\n', (32 << 20) + 1), "tokenizer.model is larger than 33,554,432 bytes*");

    [Theory(DisplayName = "tokenizer.model: all 256 bytes must have a token")]
    [InlineData(0, "0x00")]
    [InlineData(255, "0xFF")]
    public void All_bytes(int count, string missing) =>
        Refused(TestTokenizers.AllBytes(count), $"tokenizer.model: the byte {missing} has no token*");

    [Theory(DisplayName = "tokenizer.model: the files that people mistake for it are refused on line 1 or 2")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 2183982\n")]
    [InlineData("\n\u000e\n\u0005<unk>\u0015\0\0\0\0\u0018\u0002\n")]
    [InlineData("{\"version\": \"1.0\"}")]
    public void Mistaken_files(string file) =>
        Refused(file, "tokenizer.model, line ?:*(a Git LFS pointer or Llama 2's tokenizer.model cannot be used)");

    [Fact(DisplayName = "tokenizer.model: line ends of Windows, empty lines and any order will do")]
    public void Lenient() => TestTokenizers.Read("\r\nYWI= 300\r\n\r\n" + TestTokenizers.AllBytes().Replace("\n", "\r\n", StringComparison.Ordinal))
        .encode("ab").Should().Equal(300);

    private static void Refused(string file, string message) => BadInput.IsRefused(() => TestTokenizers.Read(file), message);
}
