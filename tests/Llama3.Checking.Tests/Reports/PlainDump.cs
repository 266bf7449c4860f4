namespace Llama3.Checking.Tests.Reports;

/// <summary>What a port dumps: tensors by name, of each row of a batch.</summary>
internal sealed class PlainDump
{
    private readonly Dictionary<string, List<(Array Numbers, long[] Shape)>> _rows = [];

    public void Add(string name, Array numbers, params long[] shape)
    {
        if (!_rows.TryGetValue(name, out var rows)) { _rows[name] = rows = []; }
        rows.Add((numbers, shape));
    }

    /// <summary>Heads side by side, as [heads, T, head_dim].</summary>
    public void AddHeads(string name, float[][] rows, int headDim)
    {
        var heads = Enumerable.Range(0, rows[0].Length / headDim);
        Add(name, heads.SelectMany(head => rows.SelectMany(row => new ArraySegment<float>(row, head * headDim, headDim))).ToArray(), rows[0].Length / headDim, rows.Length, headDim);
    }

    public void AddRows(string name, float[][] rows) => Add(name, rows.SelectMany(row => row).ToArray(), rows.Length, rows[0].Length);

    /// <summary>The tensors, with the batch axis in front if there is one.</summary>
    public Dictionary<string, Tensor> Tensors(bool isBatch) => _rows.ToDictionary(pair => pair.Key, pair => Tensor(pair.Value, isBatch));

    private static Tensor Tensor(List<(Array Numbers, long[] Shape)> rows, bool isBatch)
    {
        var shape = isBatch && rows[0].Shape is var one ? [rows.Count, .. one] : rows[0].Shape;
        return rows[0].Numbers is long[]? torch.tensor(rows.SelectMany(row => (long[])row.Numbers).ToArray(), shape)
            : torch.tensor(rows.SelectMany(row => (float[])row.Numbers).ToArray(), shape);
    }
}
