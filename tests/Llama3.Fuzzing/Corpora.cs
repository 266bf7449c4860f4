using System.Security.Cryptography;

namespace Llama3.Fuzzing;

/// <summary>Writes the corpus.</summary>
internal static class Corpora
{
    private const int NameLength = 8;

    /// <summary>Adds files.</summary>
    public static void Add(string reader, IEnumerable<string> files) =>
        Corpus.Write(reader, Corpus.Read(reader).Concat(files.Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))).GroupBy(entry => entry.Item1).Select(same => same.Last()));

    /// <summary>Keeps inputs that have found something, and of the others, from the shortest on, those that take an edge that no shorter one takes.</summary>
    public static void Keep(InputReader reader, IReadOnlyList<byte[]> inputs)
    {
        var coverage = new Coverage(isCounting: false);
        var found = Corpus.Read(reader.Name).Where(entry => entry.Name.StartsWith(Corpus.Found, StringComparison.Ordinal)).ToList();
        var others = inputs.OrderBy(input => input.Length).Where(input => input.Length > 0 && IsNew(coverage, reader, input)).Select(input => (Name(input), input));
        Corpus.Write(reader.Name, [.. found, .. others.DistinctBy(entry => entry.Item1)]);
    }

    private static bool IsNew(Coverage coverage, InputReader reader, byte[] input)
    {
        Coverage.Begin();
        Trial.Of(reader, input);
        return coverage.Add();
    }

    private static string Name(byte[] input) => Convert.ToHexStringLower(SHA256.HashData(input))[..NameLength];
}
