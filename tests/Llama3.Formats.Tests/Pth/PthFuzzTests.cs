using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tests.Pth;

/// <summary>However a file is damaged: it is read, or refused with a <see cref="BadInputException"/>, at little cost.</summary>
public class PthFuzzTests
{
    private static readonly int Rounds = LongTests.Rounds(200, 1500);

    public static TheoryData<string> Files =>
        ["types.pth", "types_deflated.pth", "views.pth", "nn_parameter.pth", "protocol_4.pth", "malicious.pth"];

    [Theory(DisplayName = ".pth: cut off anywhere"), MemberData(nameof(Files))]
    public void Cut_off(string name)
    {
        var file = PthCases.Case(name);
        for (var length = 0; length < file.Length; length++)
        {
            Read(file[..length]).Should().BeFalse("{0} of {1} bytes are not an archive", length, file.Length);
        }
    }

    [Theory(DisplayName = ".pth: flipped bytes"), MemberData(nameof(Files))]
    public void Flipped_bytes(string name)
    {
        var random = new Random(42);
        var watch = Stopwatch.StartNew();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            var file = PthCases.Case(name);
            for (var flips = random.Next(1, 4); flips > 0; flips--) { Flip(random, file); }
            Read(file);
        }

        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(60), $"{Rounds} damaged files are read or refused in a second");
        (GC.GetAllocatedBytesForCurrentThread() - allocated).Should().BeLessThan(Rounds * 1_000_000L);
    }

    [Theory(DisplayName = ".pth: flipped bytes of the pickle in a sound archive"), MemberData(nameof(Files))]
    public void Flipped_pickles(string name)
    {
        var random = new Random(43);
        var pickle = Pickle(PthCases.Case(name));
        for (var round = 0; round < Rounds; round++)
        {
            var changed = pickle.ToArray();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            changed[random.Next(changed.Length)] = pickle[random.Next(pickle.Length)];
            Read(PthCases.Zip(("x/data.pkl", changed), ("x/data/0", new byte[24]), ("x/data/1", new byte[24]), ("x/data/2", new byte[48])));
        }
    }

    [Fact(DisplayName = ".pth: an archive with a false size of an entry costs no memory")]
    public void Lying_archive()
    {
        const int UncompressedSize = 24; // in an entry of zip's central directory
        var file = PthCases.WithTensor(0, [2], [1], numel: 1 << 29);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(file.AsSpan().LastIndexOf("PK\u0001\u0002"u8) + UncompressedSize), 1 << 30);
        BadInput.IsRefused(() => PthCases.Open(file), "x.pth: data/0 claims 1073741824 bytes, more than * stored ones can hold");
    }

    private static void Flip(Random random, byte[] file)
    {
        var index = random.Next(file.Length);
        file[index] = (byte)(random.Next(3) == 0 ? random.Next(256) : file[index] ^ (1 << random.Next(8)));
    }

    private static byte[] Pickle(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        using var content = zip.Entries.Single(entry => entry.Name == "data.pkl").Open();
        var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Whether all of the file can be read; any other exception than the expected one fails the test.</summary>
    private static bool Read(byte[] bytes)
    {
        try
        {
            using var file = PthCases.Open(bytes);
            foreach (var name in file.names) { file.read(name).ToSingles(); }
            return true;
        }
        catch (BadInputException error)
        {
            error.Message.Should().NotContain("\n");
            return false;
        }
    }
}
