namespace Llama3.Checking.Tests.Reports;

/// <summary>One row of a batch: what is kept of it.</summary>
/// <param name="Number">Its place in the batch.</param>
internal sealed record PlainRow(int Number)
{
    public List<PlainSlot> Slots { get; } = [];
}

/// <summary>A place in the cache.</summary>
/// <param name="Id">The token.</param>
/// <param name="IsToken">Whether it is one; otherwise padding.</param>
/// <param name="Run">The conversation that it belongs to.</param>
/// <param name="Layers">The number of layers.</param>
internal sealed record PlainSlot(long Id, bool IsToken, int Run, int Layers)
{
    public long Position { get; set; }

    /// <summary>By layer: all heads side by side; null until they are computed.</summary>
    public float[]?[] Keys { get; } = new float[Layers][];

    public float[]?[] Values { get; } = new float[Layers][];
}

/// <summary>What one row computes in one pass.</summary>
/// <param name="Row">The row, with the new slots.</param>
/// <param name="First">The number of the first new slot.</param>
/// <param name="IsPrompt">Whether it is a prompt.</param>
internal sealed record PlainPass(PlainRow Row, int First, bool IsPrompt)
{
    public int Count => Row.Slots.Count - First;

    public IEnumerable<PlainSlot> New => Row.Slots.Skip(First);
}
