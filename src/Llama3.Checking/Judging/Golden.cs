using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>What a step ought to yield on the article's prompt: what the tests of a port in C# are held against, and what they feed it.</summary>
public sealed class Golden
{
    private readonly GoldenCase _case;

    private Golden(GoldenCase golden, ArticleStep step, Scope scope) => (_case, Step, Scope) = (golden, step, scope);

    /// <summary>The model that yields it.</summary>
    public GoldenModel Model => _case.Model;

    /// <summary>The step or finer point.</summary>
    public ArticleStep Step { get; }

    /// <summary>The layer, and the head or all heads.</summary>
    public Scope Scope { get; }

    /// <summary><c>q_per_token</c> for layer 0 and head 0, <c>layers.1.q_per_token</c> for all heads of layer 1.</summary>
    public string Key => Scope.KeyOf(Step);

    /// <summary>The file that holds it in float32, relative to the root of the repository.</summary>
    public string File => _case.FileOf(Step, ScalarType.Float32);

    /// <summary>The sizes of its dimensions; those of <c>layers.{n}.q_per_token</c> are [n_heads, T, head_dim].</summary>
    public IReadOnlyList<long> Shape => Captured(ScalarType.Float32).text is { } pieces ? [pieces.Count] : Captured(ScalarType.Float32).tensor.shape;

    /// <summary>The numbers, computed in float32; Int64 and ComplexFloat32 where the article has these. Every call returns a copy.</summary>
    /// <exception cref="InvalidOperationException">The golden is text.</exception>
    public Tensor Tensor => TensorIn(ScalarType.Float32);

    /// <summary>The pieces of text of <c>prompt_split_as_tokens</c>.</summary>
    /// <exception cref="InvalidOperationException">The golden is a tensor.</exception>
    public IReadOnlyList<string> Text => Captured(ScalarType.Float32).text ?? throw new InvalidOperationException($"{Key} is a tensor, not text");

    /// <summary>The goldens that the step is computed from; weights are not among them.</summary>
    public IReadOnlyList<Golden> Inputs => [.. _case.Walk(ScalarType.Float32).Run(Step, Scope).Inputs
        .Where(input => input.Step is not null)
        .Select(input => new Golden(_case, input.Step!, input.Scope))];

    /// <summary>Finds a golden.</summary>
    /// <param name="key">
    /// The id of a step or finer point for layer 0 and head 0, under <c>layers.{n}.</c> for all heads of a layer; or another name that
    /// <see cref="Aliases"/> lists.
    /// </param>
    /// <param name="model">The model that the port runs; <see cref="MicroModel.Micro"/> if left out.</param>
    /// <exception cref="BadInputException">There is none; the message names those that come nearest.</exception>
    public static Golden For(string key, GoldenModel? model = null)
    {
        var golden = (model ?? MicroModel.Micro).Article;
        if (TensorName.Parse(key) is not { Head: null, Position: null, Alias.Part: AliasPart.Whole } name || name.Alias.Step.chapter == Chapter.Cache)
        {
            throw Unknown(key);
        }
        var layers = golden.Model.Checkpoint.Params.n_layers;
        return name.Layer >= layers
            ? throw new BadInputException($"there is no golden '{Printable.Text(key)}': {golden.Model.Name} has the layers 0 to {layers - 1}")
            : new Golden(golden, name.Alias.Step, name.Layer is { } layer ? Scope.Layer(layer) : Scope.Article);
    }

    /// <summary>The numbers as the notebook computes them in bfloat16, or in float32. Every call returns a copy.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The dtype is neither of these.</exception>
    /// <exception cref="InvalidOperationException">The golden is text.</exception>
    public Tensor TensorIn(ScalarType dtype) => Captured(dtype).tensor is var golden && golden.dtype == ScalarType.Int64
        ? torch.tensor(golden.ToInt64s(), golden.shape)
        : golden.dtype == ScalarType.ComplexFloat32
        ? torch.view_as_complex(torch.tensor(golden.ToSingles(), [.. golden.shape, 2]))
        : torch.tensor(golden.ToSingles(), golden.shape).to_type(golden.dtype);

    /// <summary>Holds a port's tensor against this golden, as closely as the manifest asks of a port.</summary>
    /// <param name="actual">In any layout that <c>llama3verify check</c> understands: heads in front, tokens in front, heads side by side.</param>
    /// <param name="precision">What the port computes in.</param>
    public GoldenVerdict Judge(Tensor actual, PortPrecision precision = PortPrecision.fp32)
    {
        // A handle of its own: what a dump has read, it takes out of the caller's dispose scope.
        var tensors = new Dictionary<string, Tensor> { [Key] = actual.alias() };
        var tolerances = new PortTolerances(Model.Manifest, precision);
        var failure = new GoldenFailure(Step, _case, _case.Walk(ScalarType.Float32), Scope, tolerances.Of(Step, PortTolerances.Golden).Tolerance);
        try
        {
            var found = new DumpedRun(MemoryDump.Of(tensors), _case).Tensors[0];
            // A tensor of all heads is held against all of them, whatever it is called.
            return new GoldenJudge(failure with { Scope = found.Scope }, tolerances, precision).Judge(actual, found);
        }
        catch (BadInputException error)
        {
            return new GoldenVerdict(failure with { Problem = $"problem    {error.Message}" }, null);
        }
    }

    /// <summary>"layers.1.q_per_token of micro"</summary>
    public override string ToString() => $"{Key} of {Model.Name}";

    private StepResult Captured(ScalarType dtype) => _case.Results(dtype)[Key];

    private static BadInputException Unknown(string key)
    {
        var id = key[(key.LastIndexOf('.') + 1)..];
        var scope = TensorName.Parse($"{key[..^id.Length]}{ArticleSteps.q_per_token.id}") is { Layer: { } layer, Alias.Convention: "" }
            ? Scope.Layer(layer)
            : Scope.Article;
        // Where nothing is alike, the first steps show what a key looks like.
        var nearest = StepList.Nearest(Aliases.Dumpable, id).Concat(StepList.Nearest(Aliases.Dumpable, key))
            .Concat(Aliases.Dumpable.Select(step => step.id)).Distinct().Take(3).Select(near => scope.KeyOf(StepList.Find(Aliases.Dumpable, near)));
        return new BadInputException($"there is no golden '{Printable.Text(key)}'; did you mean {string.Join(" or ", nearest)}? "
            + "A step's id means layer 0 and head 0, layers.{n}.id all heads of layer n");
    }
}
