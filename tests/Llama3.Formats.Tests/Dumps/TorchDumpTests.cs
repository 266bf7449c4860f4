using System.Diagnostics;
using Llama3.Formats.Dumps;
using Llama3.Formats.Tests.Pth;

namespace Llama3.Formats.Tests.Dumps;

/// <summary>What torch.save may have saved besides names and tensors; the archive and the pickle themselves are tested in PthRefuseTests.</summary>
public sealed class TorchDumpTests : IDisposable
{
    private const string Proto = "\u0080\u0002";

    private readonly DumpFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(DisplayName = ".pt: what can be read of dictionaries, lists and numbers, by name")]
    [InlineData("}(" + "X\u0001\0\0\0a" + "K\u0005" + "X\u0001\0\0\0b" + "}X\u0001\0\0\0c" + "K\u0006s", "u.", "a I64 []", "b.c I64 []")]
    [InlineData("}(" + "X\u0001\0\0\0a" + "](K\u0001K\u0002K\u0003e", "u.", "a I64 [3]")]
    [InlineData("}(" + "X\u0001\0\0\0a" + "(K\u0001G\u003f\u00f0\0\0\0\0\0\0t", "u.", "a F32 [2]")]
    [InlineData("}(" + "X\u0001\0\0\0a" + "](}K\u0001K\u0002s}K\u0001K\u0003se", "u.", "a.0.1 I64 []", "a.1.1 I64 []")]
    [InlineData("}(" + "X\u0006\0\0\0prompt" + "}X\u0001\0\0\0c" + "K\u0006s" + "X\u0008\0\0\0decode.0" + "}X\u0001\0\0\0c" + "K\u0006s", "u.", "c I64 []", "decode.0.c I64 []")]
    [InlineData("}(" + "X\u0001\0\0\0a" + "X\u0001\0\0\0b" + "X\u0001\0\0\0b" + "N" + "X\u0001\0\0\0c" + "\u0088" + "X\u0001\0\0\0d" + ")" + "X\u0001\0\0\0e" + "}", "u.")]
    public void Values(string begin, string end, params string[] expected)
    {
        using var dump = Dump.Open(Write(begin + Tensor("w") + end));
        dump.Entries.Select(entry => $"{entry}").Should().Equal([.. expected, "w F32 [2]"]);
        foreach (var entry in dump.Entries) { dump.Read(entry).shape.Should().Equal(entry.Shape); }
    }

    [Fact(DisplayName = ".pt: a tensor that was saved by itself is called as its file")]
    public void Single_tensor()
    {
        using var dump = Dump.Open(_folder.Write("layers.0.q_per_token.pt", PthCases.WithPickle(Proto + Tensor("")[5..] + ".")));
        dump.Entries.Select(entry => $"{entry}").Should().Equal("layers.0.q_per_token F32 [2]");
    }

    [Theory(DisplayName = ".pt: .pth and .bin are the same")]
    [InlineData("x.pth")]
    [InlineData("x.bin")]
    [InlineData("x.PT")]
    public void Extensions(string name)
    {
        using var dump = Dump.Open(_folder.Write(name, File.ReadAllBytes(DumpCases.PathOf("types.pt"))));
        dump.Format.Should().Be("torch.save");
    }

    [Theory(DisplayName = ".pt: what is no dictionary of names and tensors")]
    [InlineData("].", ": the file holds no dictionary, expected torch.save(tensors, path) with a dictionary of names and tensors")]
    [InlineData("}.", ": the file holds no tensors, expected torch.save(*")]
    [InlineData("}X\u0001\0\0\0aK\u0005s.", ": the file holds no tensors, *")]
    [InlineData("}X\u0001\0\0\0actorch\nFloatStorage\ns.", ": a is neither a tensor nor a number, text, list or dictionary of such, expected *")]
    [InlineData("}X\u0001\0\0\0a](K\u0001NX\u0001\0\0\0beX\u0001\0\0\0cctorch\nSize\n)\u0085Rss.", ": x/data.pkl, byte *")]
    [InlineData("}X\u0003\0\0\0a\nb]ccollections\nOrderedDict\nas.", ": a?b.0 is neither a tensor *")]
    [InlineData("}q\0X\u0001\0\0\0ah\0s.", ": a.a is a dictionary or list that is also in another place; save it once", true)]
    [InlineData("}q\0(X\u0001\0\0\0a}q\u0001X\u0001\0\0\0bK\u0001sX\u0001\0\0\0ch\u0001u.", ": c is a dictionary or list that is also in another place; save it once")]
    [InlineData("}(X\u0003\0\0\0a.bK\u0001X\u0001\0\0\0a}X\u0001\0\0\0bK\u0001su.", ": a.b is there twice")]
    [InlineData("cos\nsystem\n(X\u0002\0\0\0lstR.", ": x/data.pkl, byte *: the file asks for Python's os.system; *Nothing was run*")]
    [InlineData("cnumpy.core.multiarray\n_reconstruct\n.", ": x/data.pkl, byte *: the file asks for Python's numpy.core.multiarray._reconstruct; *; of an array of NumPy save torch.from_numpy(x)")]
    [InlineData("c__main__\nModel\n)\u0081.", ": x/data.pkl, byte *: the file asks for Python's __main__.Model; *")]
    public void Other_pickles(string pickle, string expected, bool anyPlace = false) =>
        _folder.IsRefused(Write(pickle), anyPlace ? "/x.pt: * is a dictionary or list that is also in another place; save it once" : $"/x.pt{expected}");

    [Fact(DisplayName = ".pt: dictionaries within dictionaries within dictionaries …")]
    public void Deep()
    {
        var begin = string.Concat(Enumerable.Repeat("}X\u0001\0\0\0a", 20_000));
        _folder.IsRefused(Write($"{begin}N{new string('s', 20_000)}."), "/x.pt: a.a.a.* is in dictionaries within dictionaries, more than 16 deep; *");
    }

    [Fact(DisplayName = ".pt: an endless name")]
    public void Long_name() => _folder.IsRefused(
        Write($"}}X\u00e8\u0003\0\0{new string('a', 1000)}}}X\u0001\0\0\0bK\u0001ss."), $"/x.pt: {new string('a', 80)}… is a name of 1002 letters, expected at most 1000");

    [Theory(DisplayName = ".pt: cut off anywhere")]
    [InlineData("types.pt")]
    [InlineData("views.pt")]
    public void Cut_off(string name)
    {
        var file = File.ReadAllBytes(DumpCases.PathOf(name));
        for (var length = 0; length < file.Length; length += 7) { _folder.IsRefused(_folder.Write("x.pt", file[..length]), "/x.pt: *"); }
    }

    [Fact(DisplayName = ".pt: a storage of another size than is claimed, and a shape beyond it")]
    public void Sizes()
    {
        _folder.IsRefused(_folder.Write("x.pt", PthCases.WithTensor(0, [2], [1], 5)), "/x.pt: data/0 has 8 bytes, expected 5 × 2");
        _folder.IsRefused(_folder.Write("x.pt", PthCases.WithTensor(0, [5], [1])), "/x.pt: x/data.pkl, byte *: *does not fit into its storage of 4 elements*");
    }

    [Fact(DisplayName = ".pt: a description that expands as a zip bomb does is refused before it fills the memory")]
    public void Bomb() => _folder.IsRefused(Write(new string('N', 20_000_000)), "/x.pt: x/data.pkl is larger than * bytes, which no such file needs*");

    [Fact(DisplayName = ".pt: a list of numbers that many names share is looked at once")]
    public void Shared_list()
    {
        const int Numbers = 200_000, Names = 40_000;
        var list = "X\u0001\0\0\0w](" + string.Concat(Enumerable.Repeat("K\u0001", Numbers)) + "eq\u0001";
        var names = Enumerable.Range(10_000, Names).Select(name => $"X\u0005\0\0\0{name}h\u0001");
        var watch = Stopwatch.StartNew();
        using var dump = Dump.Open(Write("}(" + Tensor("t") + list + string.Concat(names) + "u."));
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(10), "eight thousand million looks at a number take longer");
        dump.Entries.Should().HaveCount(Names + 2);
    }

    [Fact(DisplayName = ".pt: a conjugate view, whose numbers are not those that are stored")]
    public void Conjugate() => _folder.IsRefused(
        Write("}" + Tensor("w")[..^"tR".Length] + "}X\u0004\0\0\0conj\u0088stRs."),
        "/x.pt: x/data.pkl, byte *: a tensor is a conjugate or negative view: save tensor.resolve_conj().resolve_neg()");

    private string Write(string pickle) => _folder.Write("x.pt", PthCases.WithPickle(Proto + pickle));

    /// <summary>A name and a tensor of two zeros.</summary>
    private static string Tensor(string name) =>
        $"X{(char)name.Length}\0\0\0{name}ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuK\u0002tQ"
        + "K\0K\u0002\u0085K\u0001\u0085\u0089ccollections\nOrderedDict\n)RtR";
}
