using System.Buffers.Binary;

namespace Llama3.Formats.Tests.Pth;

public class PthRefuseTests
{
    private const string Proto = "\u0080\u0002";

    [Theory(DisplayName = ".pth: a file that would run something is refused by the function's name, and nothing runs")]
    [InlineData("malicious.pth")]
    [InlineData("malicious_4.pth")]
    public void Malicious_files(string name)
    {
        Refused(PthCases.Case(name), "x.pth: malicious*/data.pkl, byte *: the file asks for Python's posix.system; *Nothing was run*");
        File.Exists("llama3verify-was-here").Should().BeFalse();
    }

    [Theory(DisplayName = ".pth: only the names that tensors need are allowed")]
    [InlineData("cos\nsystem\n(X\u0002\0\0\0lstR.", "os.system")]
    [InlineData("cnt\nsystem\n.", "nt.system")]
    [InlineData("c__builtin__\neval\n.", "__builtin__.eval")]
    [InlineData("\u008c\u0008builtins\u008c\u0004eval\u0093.", "builtins.eval")]
    [InlineData("ctorch.load\nload\n.", "torch.load.load")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v3\n.", "torch._utils._rebuild_tensor_v3")]
    [InlineData("ccollections\nordereddict\n.", "collections.ordereddict")]
    [InlineData("ca\u001b[31m\nb\n.", "a?[31m.b")]
    public void Other_names(string pickle, string name) =>
        Refused(PthCases.WithPickle(Proto + pickle), $"x.pth: x/data.pkl, byte *: the file asks for Python's {name};*");

    [Theory(DisplayName = ".pth: opcodes that tensors do not need are refused by their name")]
    [InlineData("ios\nsystem\n.", "the pickle opcode INST is not one")]
    [InlineData("(o.", "the pickle opcode OBJ is not one")]
    [InlineData(")\u0081.", "the pickle opcode NEWOBJ is not one")]
    [InlineData("\u0082\u0001.", "the pickle opcode EXT1 is not one")]
    [InlineData("P0\n.", "the pickle opcode PERSID is not one")]
    [InlineData("\u00ff.", "there is no pickle opcode 0xFF")]
    public void Other_opcodes(string pickle, string expected) =>
        Refused(PthCases.WithPickle(Proto + pickle), $"x.pth: x/data.pkl, byte *: {expected}*");

    [Theory(DisplayName = ".pth: a broken pickle is refused with the place and the reason")]
    [InlineData("", "byte 0: the pickle ends here: 1 more bytes expected, 0 found")]
    [InlineData("\u0080\u0006.", "byte 0: the pickle protocol is 6, expected at most 5")]
    [InlineData("}", "byte 1: the pickle ends here*")]
    [InlineData("X\u00ff\u00ff\u00ff\u00ffabc", "byte 0: the pickle ends here: 4294967295 more bytes expected, 3 found")]
    [InlineData("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", "byte 0: *: 18446744073709551615 more bytes expected, 0 found")]
    [InlineData("cos", "byte 0: the pickle ends here*")]
    [InlineData(".", "byte 0: a value is expected on the stack*")]
    [InlineData("N(\u0085.", "byte 2: a value is expected on the stack*")]
    [InlineData("Nt.", "byte 1: a mark is expected on the stack*")]
    [InlineData("h\u0007.", "byte 0: the memo holds nothing under 7")]
    [InlineData("\u008a\u0009\0\0\0\0\0\0\0\0\u0001.", "byte 0: an integer of 9 bytes is not a size*")]
    [InlineData("}Na.", "byte 2: the value on the stack is not of the kind*")]
    [InlineData("}NNs.", "byte 3: the value on the stack is not of the kind*")]
    [InlineData("}(Nu.", "byte 3: a key has no value")]
    [InlineData("])R.", "byte 2: the value on the stack is not of the kind*")]
    [InlineData("ccollections\nOrderedDict\n]\u0085R.", "byte 27: expected an OrderedDict that begins empty")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n)R.", "byte 34: _rebuild_tensor_v2 expects*")]
    [InlineData("ctorch._utils\n_rebuild_parameter\n)R.", "byte 34: _rebuild_parameter expects a tensor")]
    [InlineData(")Q.", "byte 1: this is not a reference to a storage")]
    public void Broken_pickles(string pickle, string expected) => Refused(PthCases.WithPickle(pickle), $"x.pth: x/data.pkl, {expected}");

    [Theory(DisplayName = ".pth: a tensor must be within its storage")]
    [InlineData(1, new[] { 2, 2 }, new[] { 2, 1 }, "*shape [2, 2], strides [2, 1], offset 1 does not fit into its storage of 4 elements*")]
    [InlineData(0, new[] { 5 }, new[] { 1 }, "*does not fit into its storage*")]
    [InlineData(4, new int[0], new int[0], "*does not fit into its storage*")]
    [InlineData(0, new[] { int.MaxValue, int.MaxValue }, new[] { int.MaxValue, int.MaxValue }, "*does not fit into its storage*")]
    [InlineData(0, new[] { 3, 4 }, new[] { 1, 0 }, "*(if it repeats some of them, save tensor.contiguous() instead)")]
    [InlineData(0, new[] { int.MaxValue, int.MaxValue, int.MaxValue }, new[] { 0, 0, 0 }, "*does not fit into its storage*")]
    [InlineData(0, new[] { 2 }, new[] { -1 }, "*are not the shape, strides and offset*")]
    [InlineData(0, new[] { -2 }, new[] { 1 }, "*are not the shape, strides and offset*")]
    [InlineData(-1, new[] { 2 }, new[] { 1 }, "*are not the shape, strides and offset*")]
    [InlineData(0, new[] { 2, 2 }, new[] { 1 }, "*are not the shape, strides and offset*")]
    public void Beyond_the_storage(int offset, int[] shape, int[] strides, string expected) =>
        Refused(PthCases.WithTensor(offset, shape, strides), expected);

    [Theory(DisplayName = ".pth: a storage must have the size that the pickle claims")]
    [InlineData(5, "x.pth: data/0 has 8 bytes, expected 5 × 2")]
    [InlineData(int.MaxValue, "x.pth: data/0 has 8 bytes, expected 2147483647 × 2")]
    public void Size_of_the_storage(int numel, string expected) => Refused(PthCases.WithTensor(0, [2], [1], numel), expected);

    [Theory(DisplayName = ".pth: a file that is not a checkpoint of tensors is refused with the reason")]
    [InlineData("legacy.pth", "x.pth: this is the format of PyTorch before 1.6: convert it with torch.save(torch.load(path), path)")]
    [InlineData("big_endian.pth", "x.pth: byteorder is \"big\", expected \"little\"*")]
    [InlineData("nested.pth", "x.pth: \"model\" is not a tensor; expected a dict of names and tensors")]
    [InlineData("list.pth", "x.pth holds no dict of names and tensors")]
    [InlineData("integers.pth", "*the file asks for Python's torch.LongStorage;*")]
    [InlineData("expanded.pth", "*shape [3, 4], strides [1, 0], offset 0 does not fit into its storage of 3 elements*")]
    [InlineData("bomb.pth", "x.pth: data/0 has 3000000 bytes, expected 12 × 2")]
    [InlineData("big_pickle.pth", "x.pth: types/data.pkl is larger than 1,048,576 bytes*")]
    [InlineData("short_storage.pth", "x.pth: data/0 has 23 bytes, expected 12 × 2")]
    public void Other_files(string name, string expected) => Refused(PthCases.Case(name), expected);

    [Fact(DisplayName = ".pth: a weight without numbers")]
    public void Empty_weight() => Refused(PthCases.WithTensor(0, [2, 0], [1, 1]), "x.pth: \"w\" has the shape [2, 0], which no weight has");

    [Fact(DisplayName = ".pth: an empty file, text, a Git LFS pointer and a strange archive are told apart")]
    public void No_archives()
    {
        Refused([], "x.pth: the file is empty");
        Refused("hello"u8.ToArray(), "x.pth: this is not a zip archive*");
        Refused("version https://git-lfs.github.com/spec/v1\n"u8.ToArray(), "x.pth: this is a Git LFS pointer*git lfs pull*");
        Refused(PthCases.Zip(("word/document.xml", [])), "x.pth: the archive holds no data.pkl*");
        Refused(PthCases.Zip(("x/data.pkl", "}."u8.ToArray()), ("x/byteorder", new byte[20])), "x.pth: byteorder is larger than 16 bytes*");
    }

    [Theory(DisplayName = ".pth: cut off anywhere")]
    [InlineData("types.pth")]
    [InlineData("types_deflated.pth")]
    [InlineData("nn_parameter.pth")]
    public void Cut_off(string name)
    {
        var file = PthCases.Case(name);
        for (var length = 0; length < file.Length; length++) { Refused(file[..length], "x.pth: *"); }
    }

    [Fact(DisplayName = ".pth: an archive with a false size of an entry costs no memory")]
    public void Lying_archive()
    {
        const int UncompressedSize = 24; // in an entry of zip's central directory
        var file = PthCases.WithTensor(0, [2], [1], numel: 1 << 29);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(file.AsSpan().LastIndexOf("PK\u0001\u0002"u8) + UncompressedSize), 1 << 30);
        Refused(file, "x.pth: data/0 claims 1073741824 bytes, more than * stored ones can hold");
    }

    private static void Refused(byte[] file, string message) => BadInput.IsRefused(() => PthCases.Open(file), message);
}
