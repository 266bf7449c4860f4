using System.Globalization;
using System.Text.RegularExpressions;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;

namespace Llama3.Checking.Names.Engines;

/// <summary>A row of <c>engines.tsv</c>: what an engine calls a tensor, and what it holds.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Name">The name.</param>
/// <param name="Steps">Ids of the steps whose results it holds, from the left to the right; none if it is known and not judged.</param>
/// <param name="Axes">Its axes, such as 1, T, heads and head_dim.</param>
internal sealed partial record EngineTensor(string Engine, NodeName Name, IReadOnlyList<string> Steps, IReadOnlyList<string> Axes)
{
    private const string Nothing = "-";

    private static readonly IReadOnlyList<string> Fused = [.. Aliases.Fused.Select(alias => string.Join('|', alias.Steps.Select(step => step.id))).Distinct()];

    private static readonly string[] AxisNames =
        ["1", "T", "S", "C", "dim", "heads", "kv", "group", "head_dim", "heads*head_dim", "kv*head_dim", "(heads+kv+kv)*head_dim", "ffn", "2*ffn", "vocab"];

    /// <summary>Query heads that share a head of keys and values.</summary>
    public const string Group = "group";

    /// <summary>Query heads.</summary>
    public const string QueryHeads = "heads";

    /// <summary>Heads of keys and values.</summary>
    public const string Heads = "kv";

    /// <summary>To which power of head_dim it was divided; 0 for not at all.</summary>
    public double DividedBy { get; private init; }

    /// <summary>Whether it is the result of the layer before: what a layer gets.</summary>
    public bool IsOfLayerBefore { get; private init; }

    /// <summary>The step whose result it is where it has more rows than the run has tokens; null for the same.</summary>
    public string? WithMoreRows { get; private init; }

    /// <summary>The tensor that it repeats in some dumps; then it holds nothing new.</summary>
    public NodeName? Unless { get; private init; }

    /// <summary>What it holds, as the table says it.</summary>
    public string Holds { get; private init; } = Nothing;

    /// <summary>Reads a row.</summary>
    /// <param name="engine">Whose it is.</param>
    /// <param name="cells">Name, what it holds, axes; the axes may be missing.</param>
    /// <exception cref="FormatException">A step or an axis is not known.</exception>
    public static EngineTensor Parse(string engine, IReadOnlyList<string> cells)
    {
        var name = new NodeName(cells[0]);
        string[] axes = cells.Count > 2 ? cells[2].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        var other = Array.Find(axes, axis => !AxisNames.Contains(axis));
        Require(other is null, $"{Printable.Text(other ?? "")} is no axis; they are {string.Join(", ", AxisNames)}");
        if (cells[1] == Nothing) { return new(engine, name, [], axes); }
        var holds = HoldsPattern().Match(cells[1]);
        string[] steps = holds.Success ? holds.Groups["steps"].Value.Split('|') : [cells[1]];
        var row = new EngineTensor(engine, name, steps, axes)
        {
            Holds = cells[1],
            DividedBy = holds.Groups["power"] is { Success: true, Value: var power } ? double.Parse(power, CultureInfo.InvariantCulture) : 0,
            IsOfLayerBefore = holds.Groups["before"].Success,
            WithMoreRows = holds.Groups["more"] is { Success: true, Value: var more } ? more : null,
            Unless = holds.Groups["unless"] is { Success: true, Value: var repeated } ? new NodeName(repeated) : null,
        };
        row.RequireSense();
        return row;
    }

    private void RequireSense()
    {
        foreach (var step in Steps) { RequireStep(step); }
        if (WithMoreRows is { } more) { RequireStep(more); }
        Require(Steps.Count == 1 || Fused.Contains(string.Join('|', Steps)), $"{Printable.Text(Holds)} cannot be taken apart; expected {string.Join(" or ", Fused)}");
        Require(Steps.Count == 1 || DividedBy == 0, "several results are not divided by one number");
        Require(WithMoreRows is null || Axes.Contains("S"), "of two results an axis S must tell which it is, as in 1 S kv head_dim");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds) { throw new FormatException(Printable.Line(otherwise)); }
    }

    private static void RequireStep(string id)
    {
        if (TensorName.Parse(id) is not { Alias.Convention: "", Layer: null, Head: null, Position: null }) { throw new UnknownStepException(id); }
    }

    /// <summary>Whether a tensor may have a shape: each axis that the model tells is as long as it should be. An axis of size 1 may be that of a batch.</summary>
    public bool Fits(IReadOnlyList<long> shape, ModelParams model) => AxesOf(shape) is { Count: > 0 } axes
        && axes.Zip(shape).All(axis => Size(axis.First, model) is not { } size || size == axis.Second);

    /// <summary>The same in a run of so many tokens: those with kept ones before are not fewer, and in a prompt not more.</summary>
    public bool Fits(IReadOnlyList<long> shape, ModelParams model, long? tokens, bool isPass) => Fits(shape, model)
        && (tokens is not { } count || ((SizeOf("T", shape) ?? count) == count && (SizeOf("S", shape) ?? count) is var all && (all == count || (isPass && all > count))));

    /// <summary>What each dimension of a shape is; none if it has more or fewer of them, apart from leading ones of size 1.</summary>
    public IReadOnlyList<string> AxesOf(IReadOnlyList<long> shape)
    {
        var axes = Axes.SkipWhile(axis => axis == "1").ToList();
        return Axes.Count == 0 || shape.Count < axes.Count ? [] : [.. Enumerable.Repeat("1", shape.Count - axes.Count), .. axes];
    }

    /// <summary>How long an axis of this name is in a shape; null if there is none.</summary>
    public long? SizeOf(string axis, IReadOnlyList<long> shape) =>
        AxesOf(shape).Index().Where(one => one.Item == axis).Select(one => (long?)shape[one.Index]).FirstOrDefault();

    /// <summary>How long an axis is; null if that is the run's.</summary>
    public static long? Size(string axis, ModelParams model) => axis switch
    {
        "1" or "T" or "S" or "C" => null,
        "dim" => model.dim,
        QueryHeads => model.n_heads,
        Heads => model.n_kv_heads,
        Group => model.group_size,
        "head_dim" => model.head_dim,
        "heads*head_dim" => model.n_heads * model.head_dim,
        "kv*head_dim" => model.n_kv_heads * model.head_dim,
        "(heads+kv+kv)*head_dim" => (model.n_heads + (2 * model.n_kv_heads)) * model.head_dim,
        "ffn" => model.ffn_dim,
        "2*ffn" => 2 * model.ffn_dim,
        "vocab" => model.vocab_size,
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "no axis of the table"),
    };

    [GeneratedRegex(
        @"^(?<steps>[\w|]+)( / head_dim\^(?<power>[0-9]+(\.[0-9]+)?))?(?<before> of n-1)?( or (?<more>\w+))?( unless (?<unless>\S+))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HoldsPattern();
}
