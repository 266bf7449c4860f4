using System.Diagnostics;
using System.Globalization;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tests.Gguf;

/// <summary>However a file is damaged: all of it is read, or it is refused with a <see cref="BadInputException"/>, at little cost.</summary>
public sealed class GgufFuzzTests : IDisposable
{
    /// <summary>How many files: 1000, in CI 20000; set to 1000000 for a longer look.</summary>
    private const string Variable = "LLAMA3_GGUF_FUZZ";

    /// <summary>In bytes; a file has some 15 thousand. Of all claims that of 1024 layers costs most: the names of their tensors.</summary>
    private const long MostMemory = 8_000_000;

    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable(Variable) ?? $"{LongTests.Rounds(1000, 20_000)}", CultureInfo.InvariantCulture);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = ".gguf: damaged in many ways: read or refused")]
    public void Damaged()
    {
        var fuzz = new GgufFuzz(new Random(1));
        var watch = Stopwatch.StartNew();
        var readable = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var file = fuzz.File();
            var (before, begin) = (GC.GetAllocatedBytesForCurrentThread(), watch.Elapsed);
            if (IsReadable(file, onDisk: round % 20 == 0)) { readable++; }
            Require(GC.GetAllocatedBytesForCurrentThread() - before <= MostMemory, "too much memory", file);
            Require(watch.Elapsed - begin < TimeSpan.FromSeconds(10), "too slow", file);
        }
        readable.Should().BeInRange(Rounds / 50, Rounds * 9 / 10, "some changes do no harm, and some do");
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(60 + (0.005 * Rounds)));
    }

    /// <summary>Whether all can be read; any other exception than the expected one fails the test.</summary>
    private bool IsReadable(byte[] file, bool onDisk)
    {
        try
        {
            if (onDisk) { _folder.Write(TinyGguf.Name, file); }
            using var content = CheckpointContent.Open(onDisk ? CheckpointFiles.In(_folder[TinyGguf.Name]) : TinyGguf.Files(file), Problems.Thrown);
            foreach (var weight in content.Weights!.All) { ReadWhole(weight, file); }
            content.Tokenizer!.decode(content.Tokenizer.encode("abc ab<|endoftext|>", allowed_special: true));
            return true;
        }
        catch (BadInputException error)
        {
            var isGood = !error.Message.Any(char.IsControl) && error.Message.Contains(TinyGguf.Name, StringComparison.Ordinal) && error.Message.Length < 1000;
            Require(isGood, error.Message, file);
            return false;
        }
        catch (Exception error)
        {
            throw new InvalidDataException($"{error.GetType()} of {Convert.ToBase64String(file)}", error);
        }
    }

    private static void ReadWhole(Weight weight, byte[] file)
    {
        using var tensor = weight.read();
        Require(tensor.ToSingles().LongLength == weight.info.shape.Aggregate((product, size) => product * size), $"{weight.stored_name} is not {weight.info}", file);
    }

    private static void Require(bool isSo, string otherwise, byte[] file)
    {
        if (!isSo) { throw new InvalidDataException($"{otherwise}: {Convert.ToBase64String(file)}"); }
    }
}
