namespace Llama3.Checking.Reading.Readers;

/// <summary>One way in which ports dump a step's result. A new way needs a class of its own, and a line in <see cref="ResultReaders"/>.</summary>
internal interface IResultReader
{
    /// <summary>Whether the tensors were dumped in this way. <see cref="Read"/> says what is wrong with them.</summary>
    bool Matches(ResultEntries result);

    /// <summary>The result that they make up. Shapes and dtypes are checked at once; numbers are read later.</summary>
    /// <exception cref="UnreadableException">A shape or dtype does not fit, or a tensor is missing or there twice.</exception>
    ArrangedResult Read(ResultEntries result);
}
