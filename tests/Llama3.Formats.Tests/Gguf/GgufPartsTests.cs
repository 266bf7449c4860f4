using Llama3.Formats.Checkpoints;

namespace Llama3.Formats.Tests.Gguf;

/// <summary>Files on disk: one, several, or the parts of a model as gguf-split makes them.</summary>
public sealed class GgufPartsTests : IDisposable
{
    private const string Big = "big-00001-of-00003.gguf";

    private static readonly byte[] Whole = TinyGguf.Model().ToArray();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(DisplayName = "GGUF: a model in three parts, by any of them or their folder")]
    [InlineData("")]
    [InlineData("big-00001-of-00003.gguf")]
    [InlineData("big-00002-of-00003.gguf")]
    [InlineData("big-00003-of-00003.gguf")]
    public void Three_parts(string name)
    {
        WriteParts();
        _folder.Write("x.gguf", Whole);
        using var whole = Checkpoint.Open(_folder["x.gguf"]);
        File.Delete(_folder["x.gguf"]);
        using var parts = Checkpoint.Open(_folder[name]);
        parts.Params.Should().Be(whole.Params);
        parts.tokenizer.encode("abc").Should().Equal(5);
        foreach (var weight in whole.names) { parts.weight(weight).ToSingles().Should().Equal(whole.weight(weight).ToSingles(), weight); }
    }

    [Theory(DisplayName = "GGUF: a part is missing")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Missing(int part)
    {
        WriteParts();
        File.Delete(_folder[Part(part)]);
        var message = $"{_folder[Part(part)]} is missing: all 3 parts of the model are needed";
        RequireRefused("", message);
        RequireRefused(Part((part % 3) + 1), message);
    }

    [Fact(DisplayName = "GGUF: a part of another model, or under another part's name")]
    public void Foreign()
    {
        WriteParts();
        File.Copy(_folder[Part(2)], _folder[Part(3)], overwrite: true);
        RequireRefused(Big, $"{_folder[Part(3)]}: \"split.no\" is 1, expected 2, as the name of the file says");
        WriteParts(claimed: 4);
        RequireRefused(Big, $"{_folder[Big]}: \"split.count\" is 4, expected 3, as the name of the file says: parts are named model-00001-of-00004.gguf and so on");
        foreach (var part in new[] { 1, 2, 3 }) { _folder.Write(Part(part), Whole); }
        RequireRefused(Big, $"{_folder[Big]}: \"split.count\" is missing, expected 3, as the name of the file says: *");
        WriteParts();
        _folder.Write(Part(2), PartOf(3, 1).Tensor("output_norm.weight", 0, [TinyGguf.Dim], new byte[TinyGguf.Dim * 4]).ToArray());
        RequireRefused(Big, $"{_folder[Part(2)]} holds output_norm.weight, and so does {_folder[Big]}");
    }

    [Fact(DisplayName = "GGUF: a name with control characters in two parts is shown in one line")]
    public void Control_characters()
    {
        WriteParts();
        foreach (var part in new[] { 2, 3 }) { _folder.Write(Part(part), PartOf(3, part - 1).Tensor("a\nb", 0, [1], new byte[4]).ToArray()); }
        RequireRefused(Big, $"{_folder[Part(3)]} holds a?b, and so does {_folder[Part(2)]}");
    }

    [Fact(DisplayName = "GGUF: the first part under a name of its own")]
    public void Renamed()
    {
        WriteParts();
        File.Move(_folder[Big], _folder["x.gguf"]);
        RequireRefused("x.gguf", $"{_folder["x.gguf"]}: \"split.count\" is 3, expected 1, as the name of the file says: parts are named model-00001-of-00003.gguf and so on");
    }

    [Theory(DisplayName = "GGUF: names that look like those of parts and are none")]
    [InlineData("x-00001-of-00000.gguf")]
    [InlineData("x-00000-of-00003.gguf")]
    [InlineData("x-00004-of-00003.gguf")]
    [InlineData("x-00001-of-00001.gguf")]
    [InlineData("x-1-of-3.gguf")]
    [InlineData("x-٠٠٠٠١-of-٠٠٠٠٣.gguf")]
    [InlineData("x-00001-of-00002.GGUF")]
    public void Likenesses(string name)
    {
        _folder.Write(name, Whole);
        using var checkpoint = Checkpoint.Open(_folder[name]);
        checkpoint.Params.dim.Should().Be(TinyGguf.Dim);
    }

    [Fact(DisplayName = "GGUF: a name of 99999 parts")]
    public void Many()
    {
        _folder.Write("x-00001-of-99999.gguf", Whole);
        RequireRefused("", $"{_folder["x-00002-of-99999.gguf"]} is missing: all 99999 parts of the model are needed");
    }

    [Fact(DisplayName = "GGUF: a folder with one file, with several, with one beside a checkpoint")]
    public void Folders()
    {
        _folder.Write("b.gguf", Whole);
        using (var only = Checkpoint.Open(_folder.Path)) { only.Params.n_heads.Should().Be(2); }
        _folder.Write("a.gguf", Whole);
        RequireRefused("", $"\"{_folder.Path}\" holds 2 GGUF files: give the path of one, such as \"{_folder["a.gguf"]}\"");
        using (var one = Checkpoint.Open(_folder["b.gguf"])) { one.Params.n_heads.Should().Be(2); }
        _folder.Write("config.json", "{}");
        RequireRefused("", $"{_folder["config.json"]}: \"model_type\" is missing*");
    }

    [Fact(DisplayName = "GGUF: an empty file, a folder of that name, none")]
    public void Nothing()
    {
        _folder.Write("x.gguf", "");
        RequireRefused("x.gguf", $"{_folder["x.gguf"]}: it does not begin with \"GGUF\": *");
        RequireRefused("y.gguf", $"there is no file \"{_folder["y.gguf"]}\", expected *; or a GGUF file");
        Directory.CreateDirectory(_folder["z.gguf"]);
        RequireRefused("z.gguf", $"*params.json, *");
    }

    [SkippableFact(DisplayName = "GGUF: a folder whose files may not be listed")]
    public void Forbidden()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess) { throw new SkipException("root may read everything"); }
        Directory.CreateDirectory(_folder["x"], UnixFileMode.None);
        RequireRefused("x", $"\"{_folder["x"]}\" cannot be read: Access to the path *");
        File.SetUnixFileMode(_folder["x"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private static string Part(int number) => $"big-{number:00000}-of-00003.gguf";

    private static GgufBytes PartOf(int count, int number) =>
        new GgufBytes().With("split.no", (ushort)number).With("split.count", (ushort)count).With("split.tensors.count", 11);

    /// <summary>The metadata and three tensors, then four, then the rest.</summary>
    private void WriteParts(int claimed = 3)
    {
        var first = TinyGguf.Keys().With("split.no", (ushort)0).With("split.count", (ushort)claimed).With("split.tensors.count", 11);
        GgufBytes[] parts = [first, PartOf(claimed, 1), PartOf(claimed, 2)];
        foreach (var (index, tensor) in TinyGguf.Tensors().Index()) { tensor(parts[index < 3 ? 0 : index < 7 ? 1 : 2]); }
        foreach (var (index, part) in parts.Index()) { _folder.Write(Part(index + 1), part.ToArray()); }
    }

    private void RequireRefused(string name, string message) => BadInput.IsRefused(() => Checkpoint.Open(_folder[name]), message);
}
