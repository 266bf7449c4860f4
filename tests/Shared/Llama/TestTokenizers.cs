using System.Text;
using Llama3.Formats.Tokenizers;

namespace Llama3.Tests;

/// <summary>The vocabularies of the tests.</summary>
internal static class TestTokenizers
{
    private const string Variable = "LLAMA3_TOKENIZER";

    /// <summary>All bytes, then all pairs of bytes in a shuffled order, as in scripts/tokenizer_expectations.mjs.</summary>
    public static ITokenizer Pairs { get; } = Read(string.Join('\n', AllPairs().Index().Select(token => Line(token.Item, token.Index))));

    private static readonly Lazy<ITokenizer> Opened = new(() =>
    {
        using var file = File.OpenRead(Llama3File());
        return Llama3Tokenizer.Read(file, Variable);
    });

    /// <summary>Llama 3's own vocabulary; the test is skipped where the machine has none.</summary>
    public static ITokenizer Llama3()
    {
        _ = Llama3File();
        return Opened.Value;
    }

    /// <summary>The file of Llama 3's own vocabulary; the test is skipped where the machine has none.</summary>
    public static string Llama3File()
    {
        var file = Environment.GetEnvironmentVariable(Variable);
        Skip.If(string.IsNullOrEmpty(file), $"set {Variable} to the path of Llama 3's tokenizer.model to run this");
        return file!;
    }

    /// <summary>The rank of one or two bytes among <see cref="Pairs"/>; int.MaxValue for more.</summary>
    public static int PairRank(byte[] token) => token switch
    {
        [var only] => only,
        [var left, var right] => 256 + (int)(((left << 8) | right) * 40503L % 65536),
        _ => int.MaxValue,
    };

    /// <summary>The pieces that <paramref name="text"/> is cut into: the first step of each shows its bytes.</summary>
    public static IEnumerable<string> Split(string text)
    {
        var (bytes, start) = (Encoding.UTF8.GetBytes(text), 0);
        foreach (var length in ((Llama3Tokenizer)Pairs).explain(text).Select(steps => steps[0].parts.Count))
        {
            yield return Encoding.UTF8.GetString(bytes, start, length);
            start += length;
        }
    }

    /// <summary>All bytes (the rank of a byte is its value), and the given merges.</summary>
    public static ITokenizer WithMerges(params (string Token, int Rank)[] merges) =>
        Read(AllBytes() + string.Concat(merges.Select(merge => Line(Encoding.UTF8.GetBytes(merge.Token), merge.Rank) + '\n')));

    public static ITokenizer Read(string file) =>
        Llama3Tokenizer.Read(new MemoryStream(Encoding.Latin1.GetBytes(file)), "tokenizer.model");

    public static string AllBytes(int count = 256) =>
        string.Concat(Enumerable.Range(0, count).Select(value => Line([(byte)value], value) + '\n'));

    private static string Line(byte[] token, int rank) => $"{Convert.ToBase64String(token)} {rank}";

    private static byte[][] AllPairs()
    {
        var tokens = new byte[256 + 65536][];
        for (var value = 0; value < 256; value++) { tokens[value] = [(byte)value]; }
        for (var pair = 0L; pair < 65536; pair++)
        {
            tokens[256 + (pair * 40503 % 65536)] = [(byte)(pair >> 8), (byte)pair];
        }
        return tokens;
    }
}
