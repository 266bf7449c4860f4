namespace Llama3.Checking.Reading.Readers;

/// <summary>All ways in which ports dump a result.</summary>
internal static class ResultReaders
{
    /// <summary>The readers, in the order in which they are tried: the last takes everything that no other does.</summary>
    public static IReadOnlyList<IResultReader> In(ReadingContext context)
    {
        var entries = new EntryReader(context);
        IResultReader[] ofOneHead =
        [
            new LastTokenReader(context, entries), new RowsReader(context, entries), new LastRowReader(context, entries), new WholeReader(entries),
        ];
        return [new RotationTablesReader(context), new HeadsReader(context, entries, ofOneHead), .. ofOneHead];
    }

    /// <summary>The first that matches.</summary>
    public static IResultReader For(this IReadOnlyList<IResultReader> readers, ResultEntries entries) =>
        readers.First(reader => reader.Matches(entries));
}
