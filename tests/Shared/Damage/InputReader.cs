namespace Llama3.Tests.Damage;

/// <summary>Something that reads bytes of a user.</summary>
/// <param name="Name">What it is called here, and its corpus.</param>
/// <param name="File">The name of the damaged file, which messages say.</param>
/// <param name="Read">Reads all that there is to read.</param>
internal sealed record InputReader(string Name, string File, Action<byte[]> Read)
{
    /// <summary>What its files are made of.</summary>
    public Form Form { get; init; } = Form.Bytes;

    /// <summary>What stands in its files, or should not.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>How long an input may grow.</summary>
    public int MostBytes { get; init; } = 8_000;

    /// <summary>How many bytes of memory an input may cost, whatever it claims.</summary>
    public long MostMemory { get; init; } = 2_000_000;

    /// <summary>How many more for each of its bytes.</summary>
    public long MostMemoryPerByte { get; init; } = 100;
}
