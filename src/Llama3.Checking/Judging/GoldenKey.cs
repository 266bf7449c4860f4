using System.Text.RegularExpressions;
using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>Finds the step and the layer that the key of a golden names, and says what comes nearest where there is none.</summary>
internal static partial class GoldenKey
{
    /// <summary>A key in two parts: the name of a pass such as "decode.0", null if there is none, and what is the name in it.</summary>
    public static (string? Pass, string Name) Split(string key) =>
        Pass().Match(key) is { Success: true } pass ? (pass.Groups["pass"].Value, key[pass.Length..]) : (null, key);

    /// <summary>The step and the layer; null if it is not the name of a whole result.</summary>
    public static (ArticleStep Step, int? Layer)? Parse(string name) =>
        TensorName.Parse(name) is { Head: null, Position: null, Alias.Part: AliasPart.Whole } found ? (found.Alias.Step, found.Layer) : null;

    /// <summary>The step as a case computes it: in a pass with a cache some steps of the article are computed otherwise.</summary>
    public static ArticleStep InCase(ArticleStep step, GoldenCase golden) =>
        golden.IsPass ? CacheSteps.all.FirstOrDefault(own => own.in_article == step.in_article) ?? step : step;

    /// <summary>There is no golden of this name, for a reason.</summary>
    public static BadInputException Missing(string asked, string why) => new($"there is no golden '{Printable.Text(asked)}': {why}");

    /// <summary>There is no golden of this name; the message names those that come nearest.</summary>
    public static BadInputException Unknown(string key)
    {
        var id = key[(key.LastIndexOf('.') + 1)..];
        var scope = TensorName.Parse($"{key[..^id.Length]}{ArticleSteps.q_per_token.id}") is { Layer: { } layer, Alias.Convention: "" }
            ? Scope.Layer(layer)
            : Scope.Article;
        var nearest = Nearest(key).Select(near => scope.KeyOf(StepList.Find(Aliases.DumpableWithCache, near))).ToList();
        var advice = nearest.Count == 0 ? "." : $"; did you mean {string.Join(" or ", nearest)}?";
        return new BadInputException($"there is no golden '{Printable.Text(key)}'{advice} "
            + "A step's id means layer 0 and head 0, layers.{n}.id all heads of layer n, and decode.{i}. in front a pass after the prompt");
    }

    /// <summary>The ids nearest to the last part of a key that is near to any, such as q_per_token of "q_per_token.head1".</summary>
    private static List<string> Nearest(string key) => key.Split('.').Reverse()
        .Where(part => part.Any(char.IsLetter) && part != "layers")
        .Select(part => StepList.Nearest(Aliases.Dumpable, part).ToList())
        .FirstOrDefault(found => found.Count > 0) ?? [];

    [GeneratedRegex(@"^(?<pass>decode\.[0-9]{1,6})\.", RegexOptions.CultureInvariant)]
    private static partial Regex Pass();
}
