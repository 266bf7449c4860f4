using Llama3.Formats.Dumps;

namespace Llama3.Formats.Tests.Dumps;

public sealed class RawFilesTests : IDisposable
{
    private readonly DumpFolder _folder = new();

    public RawFilesTests() => _folder.Write("w.bin", new byte[8]);

    public void Dispose() => _folder.Dispose();

    [Theory(DisplayName = "raw files: the dtype is that of the .json, else that of the extension, else f32")]
    [InlineData("v.bin", "", "F32")]
    [InlineData("v.raw", "", "F32")]
    [InlineData("v.F32", "", "F32")]
    [InlineData("v.i32", "", "I32")]
    [InlineData("v.bin", ", \"dtype\": \"i32\"", "I32")]
    [InlineData("v.f32", ", \"dtype\": \"I32\"", "I32")]
    public void Sound(string name, string dtype, string expected)
    {
        File.Delete(_folder.PathOf("w.bin"));
        _folder.Write(name, new byte[8]);
        _folder.Write("v.json", $$"""{"shape": [2, 1]{{dtype}}}""");
        using var dump = Dump.Open(_folder.Path);
        dump.Entries.Select(entry => $"{entry}").Should().Equal($"v {expected} [2, 1]");
    }

    [Theory(DisplayName = "raw files: a .json that does not say the shape, or a strange dtype")]
    [InlineData("{}", "\"shape\" is missing or bad, expected a list of at most 64 integers from 0 on: {\"shape\": [17, 80], \"dtype\": \"f32\"}")]
    [InlineData("""{"shape": [-2]}""", "\"shape\" is *")]
    [InlineData("""{"shape": [2], "dtype": 5}""", "\"dtype\" is bad, expected a text: one of f64, f32, *")]
    [InlineData("""{"shape": [2], "dtype": "float"}""", "\"dtype\" is float, expected one of f64, f32, *")]
    [InlineData("[2]", "this is not a JSON object: *")]
    [InlineData("", "this is not a JSON object: *")]
    [InlineData("""{"shape": [2], "shape": [2]}""", "this is not a JSON object: *")]
    public void Bad_fields(string json, string expected)
    {
        _folder.Write("w.json", json);
        _folder.IsRefused(_folder.Path, $"/w.json: {expected}");
    }

    [Theory(DisplayName = "raw files: the file's length must be that of dtype and shape")]
    [InlineData("[3]")]
    [InlineData("[0]")]
    [InlineData("[9223372036854775807, 9223372036854775807]")]
    public void Sizes(string shape)
    {
        _folder.Write("w.json", $$"""{"shape": {{shape}}}""");
        _folder.IsRefused(_folder.Path, $"/w.bin: w has dtype F32 and shape {shape}, which does not fit the 8 bytes of its numbers; is the file cut off?");
    }

    [Fact(DisplayName = "raw files: one without a .json, and two that are called the same")]
    public void Names()
    {
        _folder.Write("w.json", """{"shape": [2]}""");
        _folder.Write("v.bin", new byte[8]);
        _folder.IsRefused(_folder.Path, ": v.bin has no v.json beside it, expected {\"shape\": [17, 80], \"dtype\": \"f32\"}");
        _folder.Write("v.json", """{"shape": [2]}""");
        _folder.Write("v.raw", new byte[8]);
        _folder.IsRefused(_folder.Path, ": v.bin and v.raw are called the same, expected one of them");
    }

    [Fact(DisplayName = "raw files: one that is given by itself")]
    public void Single_file()
    {
        _folder.Write("w.json", """{"shape": [2]}""");
        _folder.IsRefused(_folder.PathOf("w.bin"), "/w.bin is not a dump that can be read, *: give its folder, with the shape in a .json beside it: *");
    }
}
