using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Fitting;

/// <summary>A port that is right but for a number. It computes with another params.json, or some steps otherwise; nothing is taken from the fits.</summary>
/// <param name="Name">What the mistake is called.</param>
/// <param name="Said">What the message says of the number.</param>
internal sealed record WrongNumber(string Name, string Said)
{
    /// <summary>The model that it runs.</summary>
    public Checkpoint Checkpoint { get; init; } = MicroModel.Micro.Checkpoint;

    /// <summary>What it computes otherwise.</summary>
    public Dictionary<ArticleStep, Func<Values, StepResult>> Wrong { get; init; } = [];

    /// <summary>Whether the prompt is right.</summary>
    public bool InPassesOnly { get; init; }

    /// <summary>A port that reads another number from params.json.</summary>
    public static WrongNumber OfParams(string field, double value, string name, string said)
    {
        var json = Encoding.UTF8.GetString(MicroModel.Micro.Read("params.json"));
        var changed = Regex.Replace(json, $"(?<=\"{field}\": *)[-+.0-9e]+", value.ToString("R", CultureInfo.InvariantCulture));
        changed.Should().NotBe(json);
        return new(name, said)
        {
            Checkpoint = Checkpoint.Open(file => file == "params.json" ? new MemoryStream(Encoding.UTF8.GetBytes(changed)) : Fixtures.Open($"fixtures/micro/{file}"), "micro, changed"),
        };
    }

    /// <summary>What it dumps of the prompt and of some passes after it.</summary>
    public Dictionary<string, Tensor> Dump(bool everything, int passes = 0, ScalarType dtype = ScalarType.Float32)
    {
        var article = MicroModel.Micro.Article;
        var walk = new Walk(Checkpoint, article.Prompt, dtype) { pass = passes > 0 ? CachePasses.First(article.Results(dtype)["tokens"].tensor) : null };
        if (!InPassesOnly) { walk = walk.With(Wrong); }
        var tensors = new Dictionary<string, Tensor>();
        Add(tensors, "", walk, everything);
        foreach (var golden in MicroModel.Micro.Passes.Take(passes))
        {
            walk = walk.Next(golden.NewTokens).With(Wrong);
            Add(tensors, golden.Prefix, walk, everything);
        }
        return tensors;
    }

    /// <summary>Shown as the name of a test.</summary>
    public override string ToString() => $"{Name}, {Said}";

    private static void Add(Dictionary<string, Tensor> tensors, string prefix, Walk walk, bool everything)
    {
        var steps = (prefix.Length > 0 ? Aliases.DumpableWithCache : Aliases.Dumpable).Where(step => everything ? step.dtype is not null : DumpContract.Must.Contains(step)).ToList();
        foreach (var scope in Enumerable.Range(0, walk.config.n_layers).Select(Scope.Layer))
        {
            foreach (var step in steps)
            {
                tensors[prefix + scope.KeyOf(step)] = Port.Handle(walk[step, scope].tensor);
            }
        }
    }
}
