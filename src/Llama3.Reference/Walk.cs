using Llama3.Reference.Checkpoints;
using Llama3.Reference.Tokens;

namespace Llama3.Reference;

/// <summary>One walk through the article: a checkpoint, a prompt, a dtype, and the results so far. Results are computed when first read.</summary>
public sealed class Walk
{
    /// <summary>Meta's default for max_seq_len.</summary>
    public const int MaxTokens = 2048;

    private readonly Dictionary<string, StepResult> _results = [];
    private readonly Checkpoint _checkpoint;

    /// <summary>Starts a walk.</summary>
    /// <param name="checkpoint">The model.</param>
    /// <param name="prompt">The text to continue.</param>
    /// <param name="dtype">bfloat16 as the notebook computes, or float32.</param>
    public Walk(Checkpoint checkpoint, string prompt, ScalarType dtype) =>
        (_checkpoint, this.prompt, this.dtype) = (checkpoint, prompt, dtype);

    /// <summary>The fields of params.json.</summary>
    public ModelParams model => _checkpoint.model;

    /// <summary>The checkpoint's tokenizer.</summary>
    public ITokenizer tokenizer => _checkpoint.tokenizer;

    /// <summary>The text to continue.</summary>
    public string prompt { get; }

    /// <summary>bfloat16 or float32.</summary>
    public ScalarType dtype { get; }

    /// <summary>[T] int64: positions other than 0, 1, 2, …; null for the usual ones.</summary>
    public Tensor? positions { get; init; }

    /// <summary>Results to take as they are, by key; nothing else is computed on the way to a step's inputs. Null to compute everything.</summary>
    public IReadOnlyDictionary<string, StepResult>? Given { get; init; }

    /// <summary>Steps to compute otherwise: how mistakes are tried out.</summary>
    public IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> Replaced { get; init; } =
        new Dictionary<ArticleStep, Func<Values, StepResult>>();

    /// <summary>The result of a step, given, remembered or computed.</summary>
    public StepResult this[ArticleStep step, Scope scope]
    {
        get
        {
            var key = scope.KeyOf(step);
            if (Given is not null)
            {
                return Given.TryGetValue(key, out var given) ? given : throw new InvalidOperationException($"{key} is not among the given results");
            }
            return _results.TryGetValue(key, out var known) ? known : _results[key] = Run(step, scope).Result;
        }
    }

    /// <summary>Computes a step from its inputs, and tells which results and weights it read.</summary>
    public StepRun Run(ArticleStep step, Scope scope)
    {
        var reads = new List<string>();
        var run = Replaced.GetValueOrDefault(step, step.run);
        return new StepRun(run(new Values(this, scope, reads)), [.. reads.Distinct()]);
    }

    /// <summary>The same walk, of which nothing has been computed yet, with some steps computed otherwise.</summary>
    public Walk With(IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> replaced) =>
        new(_checkpoint, prompt, dtype) { positions = positions, Given = Given, Replaced = replaced };

    internal Tensor Weight(string name) => _checkpoint.weight(name).to_type(dtype);
}

/// <summary>A computed step.</summary>
/// <param name="Result">What it yielded.</param>
/// <param name="Reads">The keys of the results and the names of the weights that it read, in order.</param>
public sealed record StepRun(StepResult Result, IReadOnlyList<string> Reads);
