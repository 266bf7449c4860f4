using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Reference;

namespace Llama3.Checking.Reading.Readers;

/// <summary>Token ids in a dump: whole numbers, and none that the vocabulary does not have.</summary>
internal static class TokenIds
{
    /// <summary>The ids as they were dumped, in any shape.</summary>
    /// <exception cref="UnreadableException">They are not whole numbers, or the vocabulary does not have one of them.</exception>
    public static Tensor Read(Dump dump, DumpEntry entry, ModelParams model)
    {
        DumpNumbers.RequireReal(entry, int64);
        var tensor = DumpNumbers.Read(dump, entry, ArticleSteps.tokens, new HashSet<string>());
        var (ids, count) = (tensor.ToInt64s(), model.vocab_size);
        var bad = Array.FindIndex(ids, id => id < 0 || id >= count);
        return bad < 0 ? tensor : throw new UnreadableException(entry.Written, $"holds {ids[bad]} at {bad}, expected ids from 0 to {count - 1}");
    }
}
