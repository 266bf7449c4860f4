using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers.Gguf;

/// <summary>Reads the merges of a GGUF.</summary>
internal static class GgufMerges
{
    /// <summary>The list of <paramref name="merges"/>.</summary>
    /// <exception cref="BadInputException">A merge is not of two tokens, gives none, or is there twice.</exception>
    public static MergeList Read(IReadOnlyList<string> merges, Vocabulary vocabulary, string path)
    {
        var list = new MergeList(vocabulary);
        foreach (var (rank, merge) in merges.Index())
        {
            if (merge.Split(' ', 3) is not [var left, var right]) { throw Error("is not two tokens with a space between them"); }
            if (!list.TryAdd(Id(left), Id(right), Id(left + right))) { throw Error("is already in the list"); }

            int Id(string token) => ByteLetters.Read(token) is { } bytes && vocabulary.TryGetRank(bytes, out var id) ? id
                : throw Error($"needs the token \"{Printable.Text(token)}\", which the vocabulary does not have");

            BadInputException Error(string what) => new($"{path}: merge {rank}, \"{Printable.Text(merge)}\", {what}");
        }
        return list;
    }
}
