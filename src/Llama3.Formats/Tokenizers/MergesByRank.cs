using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers;

/// <summary>A list of merges that says what the ids say already: Llama 3's ids are ranks.</summary>
internal static class MergesByRank
{
    private const int LongestMerge = 1024;

    /// <summary>If a pair with a higher id is merged first, ids are not ranks, and texts would get other tokens than by ranks.</summary>
    /// <param name="merges">What each merge gives, in byte letters, and how the file writes the merge.</param>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="error">Makes an error that names the file.</param>
    /// <exception cref="BadInputException">A merge gives no token, or comes after one with a higher id.</exception>
    public static void Require(IEnumerable<(string Joined, string Written)> merges, Vocabulary vocabulary, Func<string, BadInputException> error)
    {
        var before = 0;
        Span<byte> bytes = stackalloc byte[LongestMerge];
        foreach (var (joined, written) in merges)
        {
            var rank = -1;
            if (joined.Length > LongestMerge || !ByteLetters.TryRead(joined, bytes) || !vocabulary.TryGetRank(bytes[..joined.Length], out rank))
            {
                throw error($"the merge {Printable.Text(written)} gives no token");
            }
            if (rank < before)
            {
                throw error($"the merge {Printable.Text(written)} gives token {rank} after {before}: "
                    + "expected Llama 3's merges, in the order of their ids");
            }
            before = rank;
        }
    }

    /// <summary>"a b" as one.</summary>
    public static string Joined(string merge) => merge.Replace(" ", "", StringComparison.Ordinal);
}
