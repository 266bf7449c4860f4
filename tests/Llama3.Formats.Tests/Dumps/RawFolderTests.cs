using System.Text;
using System.Text.Json;
using Llama3.Formats.Dumps;

namespace Llama3.Formats.Tests.Dumps;

public sealed class RawFolderTests : IDisposable
{
    private readonly DumpFolder _folder = new();

    public RawFolderTests() => _folder.Write("w.f32", new byte[8]);

    public void Dispose() => _folder.Dispose();

    [Theory(DisplayName = "manifest.json: a field that is missing or bad is named with its tensor")]
    [InlineData("{}", "\"shape\" of w is missing or bad, expected a list of at most 64 integers from 0 on")]
    [InlineData("5", "\"shape\" of w *")]
    [InlineData("""{"shape": 2}""", "\"shape\" of w *")]
    [InlineData("""{"shape": [-2]}""", "\"shape\" of w *")]
    [InlineData("""{"shape": [2], "dtype": null}""", "\"dtype\" of w is bad, expected a text")]
    [InlineData("""{"shape": [2], "dtype": "float"}""", "w has dtype float; expected one of f64, f32, f16, bf16, i64, *")]
    [InlineData("""{"shape": [2], "dtype": "1"}""", "w has dtype 1; *")]
    [InlineData("""{"shape": [2], "file": 5}""", "\"file\" of w is bad, expected a text")]
    [InlineData("""{"shape": [2], "shape": [2]}""", "this is not a JSON object: *")]
    public void Bad_fields(string tensor, string expected) => Refused($$"""{"w": {{tensor}}}""", expected);

    [Theory(DisplayName = "manifest.json: files must be beside it")]
    [InlineData("../w.f32")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("a/w.f32")]
    [InlineData("a\\w.f32")]
    [InlineData("C:w.f32")]
    [InlineData("\u0000")]
    public void Other_places(string file) => Refused(
        $$"""{"w": {"shape": [2], "file": {{JsonSerializer.Serialize(file)}} } }""",
        $"w has the file \"{file.Replace('\0', '?')}\", expected the bare name of a file in this folder");

    [Fact(DisplayName = "manifest.json: a name with a slash needs a file name of its own")]
    public void Name_with_a_slash() =>
        Refused("""{"layers/0": {"shape": [2]}}""", "layers/0 has the file \"layers/0.f32\", expected the bare name of a file in this folder");

    [Fact(DisplayName = "manifest.json: a file that is missing, or a folder")]
    public void No_file()
    {
        Refused("""{"v": {"shape": [2]}}""", "v has the file \"v.f32\", which is not in this folder");
        Directory.CreateDirectory(_folder.PathOf("d.f32"));
        _folder.Write("manifest.json", """{"d": {"shape": [2]}}""");
        _folder.IsRefused(_folder.Path, "/d.f32: this is a folder, expected a file");
    }

    [Theory(DisplayName = "manifest.json: the file's length must be that of dtype and shape")]
    [InlineData("[3]")]
    [InlineData("[1]")]
    [InlineData("[]")]
    [InlineData("[0]")]
    [InlineData("[9223372036854775807, 9223372036854775807]")]
    public void Sizes(string shape)
    {
        _folder.Write("manifest.json", $$"""{"w": {"shape": {{shape}} } }""");
        _folder.IsRefused(_folder.Path,
            $"/w.f32: w has dtype F32 and shape {shape}, which does not fit the 8 bytes of its numbers; is the file cut off?");
    }

    [Theory(DisplayName = "manifest.json: text that is not a JSON object")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"w\": {}, \"w\": {}}")]
    [InlineData("{\"\\ud800\": 1}")]
    [InlineData("{\"w\": \"\u0000\"}")]
    public void No_object(string manifest) => Refused(manifest, "this is not a JSON object: *");

    [Fact(DisplayName = "manifest.json: lists within lists within lists …")]
    public void Deep() => Refused($$"""{"w": {{new string('[', 100_000)}}""", "this is not a JSON object: *");

    [Fact(DisplayName = "manifest.json: a byte order mark, dtypes in capitals, several tensors in one file")]
    public void Sound()
    {
        const string Manifest = """
            {"w": {"shape": [2]}, "same": {"shape": [2], "dtype": "F32", "file": "w.f32"},
             "as I64": {"shape": [], "dtype": "I64", "file": "w.f32"}}
            """;
        File.WriteAllText(_folder.PathOf("manifest.json"), Manifest, Encoding.UTF8);
        using var dump = Dump.Open(_folder.Path);
        dump.Entries.Select(entry => dump.Read(entry).numel()).Should().Equal(2, 2, 1);
    }

    private void Refused(string manifest, string expected)
    {
        _folder.Write("manifest.json", manifest);
        _folder.IsRefused(_folder.Path, $"/manifest.json: {expected}");
    }
}
