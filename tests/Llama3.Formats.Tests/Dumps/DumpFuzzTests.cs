using System.Diagnostics;
using System.Globalization;
using System.Text;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Tests.Dumps;

/// <summary>However a dump is damaged: it is read, or refused with a <see cref="BadInputException"/>, at little cost.</summary>
public sealed class DumpFuzzTests : IDisposable
{
    /// <summary>How many times each file is changed: 100, in CI 1000; set to 250000 for a longer look.</summary>
    private const string Variable = "LLAMA3_DUMP_FUZZ";

    /// <summary>In bytes; a file has a few thousand. No claim of a damaged header may cost more.</summary>
    private const long MostMemory = 1_000_000;

    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable(Variable) ?? $"{LongTests.Rounds(100, 1000)}", CultureInfo.InvariantCulture);

    private static readonly string[] Words =
    [
        "0", "1", "2", "-1", "4", "8", "16", "1e3", "2147483647", "2147483648", "4294967296", "4611686018427387904", "9223372036854775807",
        "18446744073709551615", "1e999", "null", "true", "[", "]", "{", "}", "(", ")", "\"", "'", ",", ":", "\\ud800", "\u0000", "NaN", "\"NaN\"",
        "\"shape\": [2], ", "\"data\": [", "\"dtype\": \"U8\", ", "\"file\": \"..\", ", "'>f4'", "F64", "BOOL", "C128", "I8", "u64", "<f2", "|O",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    ];

    private readonly DumpFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(DisplayName = "dumps: files damaged in many ways are read or refused")]
    [InlineData("types.safetensors", 1)]
    [InlineData("npy/F32.npy", 2)]
    [InlineData("raw/manifest.json", 3)]
    [InlineData("lists.json", 4)]
    [InlineData("stored.npz", 5)]
    [InlineData("deflated.npz", 6)]
    [InlineData("types.pt", 7)]
    [InlineData("views.pt", 8)]
    [InlineData("types.gguf", 9)]
    [InlineData("shapes/I64.json", 10)]
    public void Damaged(string name, int seed)
    {
        CopyFolder(Path.GetDirectoryName(name)!);
        var path = name.Contains('/', StringComparison.Ordinal) ? _folder.Path : _folder.PathOf(name);
        var file = File.ReadAllBytes(DumpCases.PathOf(name));
        var random = new Random(seed);
        var watch = Stopwatch.StartNew();
        var readable = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var changed = Change(random, file);
            _folder.Write(Path.GetFileName(name), changed);
            var before = GC.GetAllocatedBytesForCurrentThread();
            if (Read(path, changed)) { readable++; }
            RequireLittleMemory(before, changed);
        }
        readable.Should().BeInRange(1, Rounds - 1, "some changes do no harm, and some do");
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(60 + (0.01 * Rounds)), $"{Rounds} damaged files are read or refused in a few seconds");
    }

    /// <summary>The files that a manifest names, and those beside a .json each; .npy files need none beside them.</summary>
    private void CopyFolder(string folder)
    {
        if (folder is not ("raw" or "shapes")) { return; }
        foreach (var file in Directory.GetFiles(DumpCases.PathOf(folder))) { File.Copy(file, _folder.PathOf(Path.GetFileName(file))); }
    }

    /// <summary>One to three changes, half of them where the file begins.</summary>
    private static byte[] Change(Random random, byte[] file)
    {
        var changed = file.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && changed.Count > 0; changes--)
        {
            var at = random.Next(random.Next(2) == 0 ? Math.Min(changed.Count, 400) : changed.Count);
            var length = Math.Min(random.Next(1, 20), changed.Count - at);
            switch (random.Next(8))
            {
                case 0: changed[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: changed[at] = (byte)random.Next(256); break;
                case 2: changed.RemoveRange(at, random.Next(4) == 0 ? changed.Count - at : 1); break;
                case 3: changed.RemoveRange(at, length); break;
                case 4: changed.InsertRange(at, changed.GetRange(random.Next(changed.Count - length + 1), length)); break;
                case 5: changed.InsertRange(at, Word(random)); break;
                default: ReplaceNumber(random, changed, at); break;
            }
        }
        return [.. changed];
    }

    private static byte[] Word(Random random) => Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]);

    /// <summary>Puts a word, or a neighbouring number, in the place of the next number in the text.</summary>
    private static void ReplaceNumber(Random random, List<byte> file, int from)
    {
        var at = file.FindIndex(from, letter => char.IsAsciiDigit((char)letter));
        if (at < 0) { return; }
        var end = file.FindIndex(at, letter => !char.IsAsciiDigit((char)letter));
        var length = Math.Min((end < 0 ? file.Count : end) - at, 18);
        var number = long.Parse(Encoding.ASCII.GetString([.. file.GetRange(at, length)]), CultureInfo.InvariantCulture);
        file.RemoveRange(at, length);
        file.InsertRange(at, random.Next(2) == 0 ? Word(random) : Encoding.ASCII.GetBytes($"{number + random.Next(-2, 3)}"));
    }

    /// <summary>Whether all can be read; any other exception than the expected one fails the test.</summary>
    private static bool Read(string path, byte[] file)
    {
        try
        {
            using var dump = Dump.Open(path);
            foreach (var entry in dump.Entries) { RequireAsAnnounced(entry, dump.Read(entry)); }
            return true;
        }
        catch (BadInputException error)
        {
            if (error.Message.Any(char.IsControl)) { throw new InvalidDataException($"no single line: {error.Message}"); }
            return false;
        }
        catch (Exception error)
        {
            throw new InvalidDataException($"{error.GetType()} of {Convert.ToBase64String(file)}", error);
        }
    }

    private static void RequireLittleMemory(long before, byte[] file)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > MostMemory) { throw new InvalidDataException($"{allocated} bytes of memory for {Convert.ToBase64String(file)}"); }
    }

    private static void RequireAsAnnounced(DumpEntry entry, Tensor tensor)
    {
        using (tensor)
        {
            var count = tensor.dtype == ScalarType.Int64 ? tensor.ToInt64s().Length : tensor.ToSingles().Length;
            var announced = entry.Shape.Aggregate(entry.Dtype is Dtype.C64 or Dtype.C128 ? 2L : 1, (product, size) => product * size);
            if (!tensor.shape.SequenceEqual(entry.Shape) || count != announced) { throw new InvalidDataException($"{entry} became {tensor}"); }
        }
    }
}
