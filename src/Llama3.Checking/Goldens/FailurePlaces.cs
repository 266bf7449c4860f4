using System.Globalization;
using Llama3.Checking.Comparing;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>Which goldens were missed, in few words.</summary>
internal static class FailurePlaces
{
    /// <summary>"layer 0 head 0, layers 0–2, other_prompt", or "decode.0–8 in layers 0–2"</summary>
    public static string Of(IEnumerable<GoldenFailure> failures) => string.Join(", ", failures
        .GroupBy(failure => failure.Golden)
        .Select(missed => (missed.Key.IsPass, missed.Key.Name, Scopes: ScopesOf(missed)))
        .GroupBy(missed => (Pass: missed.IsPass ? "" : missed.Name, missed.Scopes))
        .Select(alike => Words(alike.First().IsPass ? Passes(alike.Select(missed => missed.Name)) : alike.Key.Pass, alike.Key.Scopes)));

    private static string Words(string name, string scopes) =>
        scopes.Length == 0 ? name : name == "article" ? scopes : $"{name} in {scopes}";

    /// <summary>"decode.0–8"</summary>
    private static string Passes(IEnumerable<string> names) =>
        $"decode.{NumberText.Ranges(names.Select(name => int.Parse(name.Split('.')[1], CultureInfo.InvariantCulture)))}";

    /// <summary>"layer 0 head 0, layers 0–2"; nothing for what is computed once, or in no other place.</summary>
    private static string ScopesOf(IEnumerable<GoldenFailure> failures)
    {
        var scopes = failures.Where(failure => failure.Step.repeats != Repeats.Once && failure.Golden is not OtherInputsCase)
            .Select(failure => failure.Scope).Distinct().ToList();
        var layers = scopes.Where(scope => scope.head is null).Select(scope => scope.layer).ToList();
        return string.Join(", ", scopes.Where(scope => scope.head is not null).Select(scope => $"{scope}").Concat(
            layers.Count == 0 ? [] : [$"layer{(layers.Count == 1 ? "" : "s")} {NumberText.Ranges(layers)}"]));
    }
}
