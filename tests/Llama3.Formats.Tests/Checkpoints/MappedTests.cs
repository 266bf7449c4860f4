using System.Runtime.InteropServices;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;
using Llama3.Formats.Pth;
using Llama3.Formats.Tests.Pth;

namespace Llama3.Formats.Tests.Checkpoints;

/// <summary>Files on disk, whose numbers are used in place.</summary>
public sealed class MappedTests : IDisposable
{
    private const int Large = 1 << 20;
    private const string Weights = "consolidated.00.pth";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(DisplayName = "mapped: files of PyTorch give the same numbers from disk as from memory")]
    [InlineData("types.pth")]
    [InlineData("types_deflated.pth")]
    [InlineData("views.pth")]
    [InlineData("parameters.pth")]
    [InlineData("protocol_5.pth")]
    public void As_from_memory(string name)
    {
        using var disk = new PthFile(File.OpenRead(PthCases.PathOf(name)), name);
        using var memory = PthCases.Open(PthCases.Case(name));
        foreach (var tensor in memory.names) { Bits(disk.read(tensor)).Should().Equal(Bits(memory.read(tensor)), tensor); }
    }

    [Theory(DisplayName = "mapped: a stored tensor takes no memory, unless it is at an odd place")]
    [InlineData(0, false, true)]
    [InlineData(0, true, true)]
    [InlineData(1, false, false)]
    [InlineData(2, false, true)]
    public void No_copy(int shift, bool wide, bool mapped)
    {
        using var file = Opened(shift, wide);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tensor = file.read("w");
        (GC.GetAllocatedBytesForCurrentThread() - before < Large).Should().Be(mapped);
        tensor.shape.Should().Equal(1024, Large / 1024);
        tensor.ToSingles().ShouldEqual([.. Enumerable.Range(0, Large).Select(Value)]);
    }

    [Fact(DisplayName = "mapped: to_type of its own type is the same memory")]
    public void Same_memory()
    {
        using var file = Opened();
        var tensor = file.read("w");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var same = tensor.to_type(bfloat16).transpose(0, 1).T;
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(Large / 10);
        same.ToSingles().ShouldEqual(tensor.ToSingles());
    }

    [SkippableFact(DisplayName = "mapped: a tensor ends with its file, and says so")]
    public void Closed()
    {
        Skip.If(Engine.Tensors != "Managed", "TorchSharp's mapping lasts as long as the tensor");
        var file = Opened();
        var tensor = file.read("w");
        file.Dispose();
        file.Dispose();
        ((Func<object>)tensor.ToSingles).Should().Throw<ObjectDisposedException>().Which.ObjectName.Should().EndWith("MappedFile");
    }

    [Fact(DisplayName = "mapped: a file that has become shorter is noticed when a tensor is asked for")]
    public void Shrunk_file()
    {
        using var file = Opened();
        var length = new FileInfo(_folder["x.pth"]).Length;
        _folder.Cut("x.pth", 1000);
        BadInput.IsRefused(() => file.read("w"), $"{_folder["x.pth"]} has become shorter since it was opened: from {length} to 1000 bytes");
    }

    [Fact(DisplayName = "mapped: a checkpoint notices it too, even of a weight that was asked for before")]
    public void Shrunk_checkpoint()
    {
        _folder.Write("params.json", Json.Tiny).Write("tokenizer.model", TestTokenizers.AllBytes());
        var zeros = Json.Read(Json.Tiny).tensor_shapes
            .Select(entry => (entry.Key, entry.Value, new byte[2 * entry.Value.Aggregate((a, b) => a * b)]));
        _folder.Write(Weights, StoredZip.Write(PthCases.StateDict(zeros)));
        using var checkpoint = Checkpoint.Open(_folder.Path);
        checkpoint.weight("norm.weight").ToSingles().Should().Equal(0, 0, 0, 0);
        _folder.Cut(Weights, 1_000_000);
        BadInput.IsRefused(
            () => checkpoint.weight("norm.weight"), $"{_folder[Weights]} has become shorter since it was opened: from * to 1000000 bytes");
    }

    [Fact(DisplayName = "mapped: a file that is written to is noticed when a tensor is asked for")]
    public void Written_file()
    {
        using var file = Opened();
        file.read("w").ToSingles().Should().HaveCount(Large);
        File.SetLastWriteTimeUtc(_folder["x.pth"], DateTime.UtcNow.AddSeconds(1));
        var expected = $"{_folder["x.pth"]} was written to while it was in use: what was computed from it is of no use, run again";
        BadInput.IsRefused(() => file.read("w"), expected);
    }

    [Fact(DisplayName = "mapped: an entry whose place is beyond the end of the file is refused")]
    public void Beyond_the_end()
    {
        var file = StoredZip.Write(Entries());
        BitConverter.TryWriteBytes(file.AsSpan(file.AsSpan().LastIndexOf("PK\u0001\u0002"u8) + 42), file.Length - 100);
        using var opened = new PthFile(new MemoryStream(file), "x.pth");
        BadInput.IsRefused(() => opened.read("w"), "x.pth: the archive is damaged or cut off: there is no entry at *");
    }

    [Fact(DisplayName = "mapped: .pth files with 64-bit offsets, cut off or with flipped bytes, are read or refused")]
    public void Damaged()
    {
        var whole = StoredZip.Write(PthCases.StateDict([("w", [4], [1, 0, 2, 0, 3, 0, 4, 0])]), wide: true);
        var random = new Random(42);
        for (var length = 0; length < whole.Length; length++) { TryRead(whole[..length]).Should().BeFalse(); }
        for (var round = 0; round < LongTests.Rounds(500, 3000); round++)
        {
            var file = whole.ToArray();
            file[random.Next(file.Length)] = (byte)random.Next(256);
            TryRead(file);
        }
    }

    private static bool TryRead(byte[] bytes)
    {
        try
        {
            using var file = PthCases.Open(bytes);
            foreach (var name in file.names) { file.read(name).ToSingles(); }
            return true;
        }
        catch (BadInputException)
        {
            return false;
        }
    }

    private PthFile Opened(int shift = 0, bool wide = false)
    {
        _folder.Write("x.pth", StoredZip.Write(Entries(), shift, wide));
        return new(new FileStream(_folder["x.pth"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite), _folder["x.pth"]);
    }

    private static (string, byte[])[] Entries() =>
        PthCases.StateDict([("w", [1024, Large / 1024], MemoryMarshal.AsBytes(Enumerable.Range(0, Large).Select(Bits).ToArray().AsSpan()).ToArray())]);

    /// <summary>bfloat16 numbers from 1 to 2, exact.</summary>
    private static ushort Bits(int i) => (ushort)(0x3F80 + (i % 128));

    private static float Value(int i) => 1 + ((i % 128) / 128f);

    private static IEnumerable<int> Bits(Tensor tensor) => tensor.ToSingles().Select(BitConverter.SingleToInt32Bits);
}
