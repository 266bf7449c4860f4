namespace Llama3.Checking.Tests.Reports;

/// <content>The places where the mistakes of reports sit: each can be replaced.</content>
internal sealed partial class PlainLlama
{
    /// <summary>The ids that a prompt is fed as.</summary>
    public Func<long[], long[]> Tokens { get; set; } = tokens => tokens;

    /// <summary>How many tokens stay in the cache before another prompt, of those that should.</summary>
    public Func<PlainRow, int, int> Kept { get; set; } = (_, kept) => kept;

    /// <summary>The position of a new slot: how many tokens come before it.</summary>
    public Func<PlainPass, int, long> Position { get; set; } = (pass, slot) => pass.Row.Slots.Take(slot).Count(before => before.IsToken);

    public Func<PlainConfig, float[]> Frequencies { get; set; } = PlainRope.Frequencies;

    /// <summary>Cosines and sines at a position.</summary>
    public Func<float[], long, (float Cos, float Sin)[]> Table { get; set; } = PlainRope.Table;

    /// <summary>Heads side by side, turned to the position of a slot.</summary>
    public Func<PlainPass, PlainSlot, float[], float[]> Turn { get; set; }

    /// <summary>What a norm makes of a row, with the norm's weight.</summary>
    public Func<float[], float[], float[]> Norm { get; set; }

    /// <summary>The layer, its input and its normalised input: to which of them the result of attention is added.</summary>
    public Func<int, float[], float[], float[]> Residual { get; set; } = (_, input, _) => input;

    /// <summary>What is multiplied by a weight, before it is.</summary>
    public Func<float[], float[]> Input { get; set; } = row => row;

    /// <summary>What is kept of keys or of values: heads side by side.</summary>
    public Func<float[], float[]> Keep { get; set; } = row => row;

    /// <summary>The slots that attention reads.</summary>
    public Func<PlainPass, IReadOnlyList<PlainSlot>> Read { get; set; } = pass => pass.Row.Slots;

    /// <summary>Whether a new slot sees another: their numbers. Padding sees itself.</summary>
    public Func<PlainPass, int, int, bool> Sees { get; set; } = (pass, query, key) => key == query || (key < query && pass.Row.Slots[key].IsToken);

    /// <summary>The key/value head of a query head.</summary>
    public Func<int, int> KvHead { get; set; }

    /// <summary>The result of attention: heads side by side.</summary>
    public Func<PlainPass, float[], float[]> Attended { get; set; } = (_, row) => row;

    /// <summary>The input of w2, from gate and up.</summary>
    public Func<PlainPass, float, float, float> Gated { get; set; } = (_, gate, up) => PlainMath.Silu(gate) * up;

    /// <summary>The new slot whose row makes the logits: that of the last token.</summary>
    public Func<PlainPass, int> Last { get; set; } = pass => pass.New.ToList().FindLastIndex(slot => slot.IsToken);

    /// <summary>To what results are rounded.</summary>
    public Func<float, float> Round { get; set; } = number => number;
}
