using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tests.Gguf;

/// <summary>However a file is damaged: all of it is read, or it is refused with a <see cref="BadInputException"/>, at little cost.</summary>
public sealed class GgufFuzzTests : IDisposable
{
    /// <summary>How many files: 1500, in CI 20000; set to 1000000 for a longer look.</summary>
    private const string Variable = "LLAMA3_GGUF_FUZZ";

    /// <summary>In bytes; a file has 14 thousand. No claim of a damaged header may cost more.</summary>
    private const long MostMemory = 4_000_000;

    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable(Variable) ?? $"{LongTests.Rounds(1500, 20_000)}", CultureInfo.InvariantCulture);

    private static readonly GgufBytes Model = TinyGguf.Model().Tensor("rope_freqs.weight", 0, [8], [.. Enumerable.Repeat(1f, 8).SelectMany(BitConverter.GetBytes)]);

    private static readonly byte[] Sound = Model.ToArray();

    private static readonly int HeaderLength = Model.Header().Length;

    /// <summary>Where a count, a length, a size or an offset stands: a small number of 64 bits.</summary>
    private static readonly int[] Counts = [.. Enumerable.Range(4, HeaderLength - 12).Where(at => BitConverter.ToUInt64(Sound, at) is > 0 and < 20_000)];

    private static readonly ulong[] Numbers =
        [0, 1, 2, 3, 5, 9, 16, 31, 33, 64, 255, 1023, 1024, 65535, 65536, 1 << 20, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 61, 1UL << 62, long.MaxValue, 1UL << 63, ulong.MaxValue];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = ".gguf: damaged in many ways: read or refused")]
    public void Damaged()
    {
        var random = new Random(1);
        var watch = Stopwatch.StartNew();
        var readable = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var file = Change(random);
            var (before, begin) = (GC.GetAllocatedBytesForCurrentThread(), watch.Elapsed);
            if (IsReadable(file, onDisk: round % 20 == 0)) { readable++; }
            Require(GC.GetAllocatedBytesForCurrentThread() - before <= MostMemory, "too much memory", file);
            Require(watch.Elapsed - begin < TimeSpan.FromSeconds(10), "too slow", file);
        }
        readable.Should().BeInRange(Rounds / 50, Rounds * 9 / 10, "some changes do no harm, and some do");
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(60 + (0.005 * Rounds)));
    }

    /// <summary>One to three changes, most of them in the header.</summary>
    private static byte[] Change(Random random)
    {
        var file = Sound.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && file.Count > 8; changes--)
        {
            var at = random.Next(random.Next(8) > 0 ? Math.Min(HeaderLength, file.Count) : file.Count);
            var length = Math.Min(random.Next(1, 40), file.Count - at);
            switch (random.Next(10))
            {
                case 0: file[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: file[at] = (byte)random.Next(256); break;
                case 2: file.RemoveRange(at, random.Next(3) == 0 ? file.Count - at : length); break;
                case 3: file.InsertRange(at, file.GetRange(random.Next(file.Count - length + 1), length)); break;
                case 4: Put(file, at, file.GetRange(random.Next(file.Count - length + 1), length)); break;
                case 5: Put(file, at, BitConverter.GetBytes(random.GetItems(Numbers, 1)[0]).Take(random.Next(2) * 4 + 4)); break;
                default: Put(file, random.GetItems(Counts, 1)[0], BitConverter.GetBytes(Number(random, file, random.GetItems(Counts, 1)[0]))); break;
            }
        }
        return [.. file];
    }

    private static ulong Number(Random random, List<byte> file, int neighbour) => random.Next(3) switch
    {
        0 => random.GetItems(Numbers, 1)[0],
        1 => (ulong)random.Next(100),
        _ => neighbour + 8 <= file.Count ? BinaryPrimitives.ReadUInt64LittleEndian([.. file.GetRange(neighbour, 8)]) + (ulong)random.Next(3) - 1 : 0,
    };

    private static void Put(List<byte> file, int at, IEnumerable<byte> bytes)
    {
        foreach (var value in bytes.Take(Math.Max(0, file.Count - at))) { file[at++] = value; }
    }

    /// <summary>Whether all can be read; any other exception than the expected one fails the test.</summary>
    private bool IsReadable(byte[] file, bool onDisk)
    {
        try
        {
            if (onDisk) { _folder.Write(TinyGguf.Name, file); }
            var files = onDisk ? CheckpointFiles.In(_folder[TinyGguf.Name]) : TinyGguf.Files(file);
            using var content = CheckpointContent.Open(files, Problems.Thrown);
            foreach (var weight in content.Weights!.All) { Require(weight.read().ToSingles().LongLength == weight.info.shape.Aggregate((a, b) => a * b), "a wrong count", file); }
            content.Tokenizer!.decode(content.Tokenizer.encode("abc ab<|endoftext|>", allowed_special: true));
            return true;
        }
        catch (BadInputException error)
        {
            Require(!error.Message.Any(char.IsControl) && error.Message.Contains(TinyGguf.Name, StringComparison.Ordinal) && error.Message.Length < 1000, error.Message, file);
            return false;
        }
        catch (Exception error)
        {
            throw new InvalidDataException($"{error.GetType()} of {Convert.ToBase64String(file)}", error);
        }
    }

    private static void Require(bool isSo, string otherwise, byte[] file)
    {
        if (!isSo) { throw new InvalidDataException($"{otherwise}: {Convert.ToBase64String(file)}"); }
    }
}
