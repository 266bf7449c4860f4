using Llama3.Checking.Goldens;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>
/// The right result of a step on the article's prompt, in a pass after it, or on the inputs of a case: tests of a port in C# compare with it,
/// and take their inputs from it.
/// </summary>
public sealed class Golden
{
    private readonly GoldenCase _case;

    private Golden(GoldenCase golden, ArticleStep step, Scope scope) => (_case, Step, Scope) = (golden, step, scope);

    /// <summary>The model that computes it.</summary>
    public GoldenModel Model => _case.Model;

    /// <summary>The step or finer point.</summary>
    public ArticleStep Step { get; }

    /// <summary>The layer, and the head or all heads.</summary>
    public Scope Scope { get; }

    /// <summary>
    /// <c>q_per_token</c> for layer 0 and head 0, <c>layers.1.q_per_token</c> for all heads of layer 1, <c>decode.0.layers.1.q_per_token</c> in
    /// the first pass after the prompt.
    /// </summary>
    public string Key => $"{_case.Prefix}{Scope.KeyOf(Step)}";

    /// <summary>The file that holds it in float32, relative to the root of the repository.</summary>
    public string File => _case.FileOf(Step, ScalarType.Float32);

    /// <summary>
    /// The sizes of its dimensions. <c>q_per_token</c> is [T, head_dim], <c>layers.{n}.q_per_token</c> [n_heads, T, head_dim], both with
    /// T = 17; <see cref="ArticleStep.shape_in(Scope)"/> of the <see cref="Step"/> has the names.
    /// </summary>
    public IReadOnlyList<long> Shape => Captured(ScalarType.Float32).text is { } pieces ? [pieces.Count] : Captured(ScalarType.Float32).tensor.shape;

    /// <summary>
    /// The numbers, of the sizes of <see cref="Shape"/>, computed in float32: Int64 for ids, ComplexFloat32 for complex numbers, Float32 for
    /// all others. Every call returns a copy.
    /// </summary>
    /// <exception cref="InvalidOperationException">The golden is text.</exception>
    public Tensor Tensor => TensorIn(ScalarType.Float32);

    /// <summary>The T pieces of text of <c>prompt_split_as_tokens</c>, the only golden that is text.</summary>
    /// <exception cref="InvalidOperationException">The golden is a tensor.</exception>
    public IReadOnlyList<string> Text => Captured(ScalarType.Float32).text ?? throw new InvalidOperationException($"{Key} is a tensor, not text");

    /// <summary>
    /// The goldens that the step is computed from; weights are not among them. Where a pass has no golden of an input, such as a view, they are
    /// those that the input is computed from.
    /// </summary>
    public IReadOnlyList<Golden> Inputs => [.. InputsOf(Step, Scope, _case.Walk(ScalarType.Float32, computes: true)).DistinctBy(golden => golden.Key)];

    /// <summary>Finds the golden of a step: <c>Golden.For(ArticleSteps.q_per_token, layer: 1)</c>.</summary>
    /// <param name="step">One of <see cref="ArticleSteps"/>, <see cref="FinerPoints"/> or, of a pass, <see cref="CacheSteps"/>.</param>
    /// <param name="layer">
    /// The layer, from 0; the golden is that of all its heads, [n_heads, T, head_dim] where there are heads. Left out, it is the article's
    /// own: layer 0, and of heads the first, [T, head_dim]; or what is computed once, outside the layers.
    /// </param>
    /// <param name="model">The model that the port runs; <see cref="MicroModel.Micro"/> if left out.</param>
    /// <param name="caseName">
    /// The inputs: <c>decode.0</c> and so on for a pass after the prompt, or a case such as <c>far_positions</c>; the article's prompt if left
    /// out.
    /// </param>
    /// <exception cref="ArgumentNullException">The step is null.</exception>
    /// <exception cref="BadInputException">
    /// The model does not have this layer or this case, the case has no golden of the step, the step is computed outside the layers, or it is
    /// one of <see cref="CacheSteps"/> and no pass is named.
    /// </exception>
    public static Golden For(ArticleStep step, int? layer = null, GoldenModel? model = null, string? caseName = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        var asked = layer is { } number ? $"layers.{number}.{step.id}" : step.id;
        return layer is not null && step.repeats == Repeats.Once
            ? throw GoldenKey.Missing(asked, "it is computed once; leave the layer out")
            : Find(asked, step, layer, model, caseName);
    }

    /// <summary>Finds a golden by name: <c>Golden.For("layers.1.q_per_token")</c>.</summary>
    /// <param name="key">
    /// The id of a step or finer point for layer 0 and head 0, under <c>layers.{n}.</c> for all heads of a layer; or the name that llama.cpp,
    /// Hugging Face or TransformerLens has for it, such as <c>model.layers.1.self_attn.q_proj</c>. With <c>decode.{i}.</c> in front it is that
    /// of a pass after the prompt.
    /// </param>
    /// <param name="model">The model that the port runs; <see cref="MicroModel.Micro"/> if left out.</param>
    /// <param name="caseName">A case with other inputs, such as <c>far_positions</c>; the article's prompt and its passes if left out.</param>
    /// <exception cref="ArgumentNullException">The key is null.</exception>
    /// <exception cref="BadInputException">There is no such golden; the message names those that come nearest.</exception>
    public static Golden For(string key, GoldenModel? model = null, string? caseName = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        var (pass, name) = GoldenKey.Split(key);
        return GoldenKey.Parse(name) is var (step, layer) && (pass is null || caseName is null || pass == caseName)
            ? Find(key, step, layer, model, pass ?? caseName)
            : throw GoldenKey.Unknown(key);
    }

    /// <summary>The numbers as the notebook computes them in bfloat16, or in float32. Every call returns a copy.</summary>
    /// <param name="dtype">
    /// BFloat16 or Float32. Ids stay Int64, complex numbers ComplexFloat32, and what the notebook keeps in float32 Float32.
    /// </param>
    /// <returns>A tensor of the sizes of <see cref="Shape"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The dtype is neither of these.</exception>
    /// <exception cref="InvalidOperationException">The golden is text.</exception>
    public Tensor TensorIn(ScalarType dtype) => Captured(dtype).tensor is var golden && golden.dtype == ScalarType.Int64
        ? torch.tensor(golden.ToInt64s(), golden.shape)
        : golden.dtype == ScalarType.ComplexFloat32
        ? torch.view_as_complex(torch.tensor(golden.ToSingles(), [.. golden.shape, 2]))
        : torch.tensor(golden.ToSingles(), golden.shape).to_type(golden.dtype);

    /// <summary>Compares a port's tensor with this golden, as closely as the manifest asks of a port.</summary>
    /// <param name="actual">
    /// In any layout that <c>llama3verify check</c> understands: [n_heads, T, head_dim], [T, n_heads, head_dim], [T, n_heads · head_dim], with
    /// or without axes of size 1 in front. Float32 or BFloat16; Int64 for ids; ComplexFloat32, or [..., 2], for complex numbers.
    /// </param>
    /// <param name="precision">What the port computes in.</param>
    /// <returns>The verdict. If the step cannot have this shape or dtype, the verdict says so, and which it can have.</returns>
    /// <exception cref="ArgumentNullException">The tensor is null.</exception>
    public GoldenVerdict Judge(Tensor actual, PortPrecision precision = PortPrecision.fp32)
    {
        ArgumentNullException.ThrowIfNull(actual);
        var tolerances = new PortTolerances(Model.Manifest, precision);
        var failure = new GoldenFailure(Step, _case, _case.Walk(ScalarType.Float32, computes: _case.IsPass), Scope, tolerances.Of(Step, PortTolerances.Golden).Tolerance);
        try
        {
            var found = AsDumped(actual);
            // A tensor of all heads is compared with all of them, whatever it is called.
            return new GoldenJudge(failure with { Scope = found.Scope }, tolerances, precision).Judge(actual, found);
        }
        catch (BadInputException error)
        {
            return new GoldenVerdict(failure with { Problem = [$"problem    {error.Message}"] }, null);
        }
    }

    /// <summary>"layers.1.q_per_token of micro", or "freqs_cis of micro, far_positions"</summary>
    public override string ToString() => $"{Key} of {Model.Name}{(_case.IsBeforePasses ? "" : $", {_case.Name}")}";

    private static Golden Find(string asked, ArticleStep step, int? layer, GoldenModel? model, string? caseName)
    {
        var from = model ?? MicroModel.Micro;
        var (golden, layers) = (caseName is null ? from.Article : from.CaseOrPassNamed(caseName), from.Checkpoint.Params.n_layers);
        if (layer < 0 || layer >= layers) { throw GoldenKey.Missing(asked, $"{from.Name} has the layers 0 to {layers - 1}"); }
        if (step.chapter == Chapter.Cache && !golden.IsPass)
        {
            throw GoldenKey.Missing(asked, $"it is computed where there is a cache, in the passes after the prompt, such as decode.0.{step.id}");
        }
        var scope = layer is { } one ? Scope.Layer(one) : Scope.Article;
        return golden.Results(ScalarType.Float32).ContainsKey(scope.KeyOf(step))
            ? new Golden(golden, GoldenKey.InCase(step, golden), scope)
            : throw GoldenKey.Missing(asked, $"nothing was captured of it in {golden.Name}");
    }

    private IEnumerable<Golden> InputsOf(ArticleStep step, Scope scope, Walk walk) => walk.Run(step, scope).Inputs
        .Where(input => input.Step is not null)
        .SelectMany(input => _case.Results(ScalarType.Float32).ContainsKey(input.Scope.KeyOf(input.Step!))
            ? [new Golden(_case, GoldenKey.InCase(input.Step!, _case), input.Scope)]
            : InputsOf(input.Step!, input.Scope, walk));

    /// <summary>The tensor as a dump would hold it. A pass is read after the tokens of the prompt and of the passes up to it.</summary>
    private DumpedResult AsDumped(Tensor actual)
    {
        // A handle of its own: what a dump has read, it takes out of the caller's dispose scope.
        var tensors = new Dictionary<string, Tensor> { [Key] = actual.alias() };
        if (!_case.IsPass) { return DumpedRun.Of(MemoryDump.Of(tensors), _case).Tensors[0]; }
        foreach (var before in Model.Passes.TakeWhile(pass => pass.Kept <= _case.Kept).Prepend(Model.Article))
        {
            tensors.TryAdd($"{before.Prefix}{ArticleSteps.tokens.id}", before.Results(ScalarType.Float32)[ArticleSteps.tokens.id].tensor.alias());
        }
        return DumpedRun.Of(MemoryDump.Of(tensors), Model.Article).Passes[^1].Tensors.Single(found => found.Step == Step.in_article);
    }

    private StepResult Captured(ScalarType dtype) => _case.Results(dtype)[Scope.KeyOf(Step)];
}
