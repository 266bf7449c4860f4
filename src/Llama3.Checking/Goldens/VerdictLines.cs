using Llama3.Checking.Mistakes;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>What verdicts of steps and of everything at once say in the same words.</summary>
internal static class VerdictLines
{
    /// <summary>The mistake and its fix; others that compute the same are named.</summary>
    /// <param name="mistakes">At least one.</param>
    public static IEnumerable<string> Mistake(IReadOnlyList<KnownMistake> mistakes) =>
    [
        $"looks like {mistakes[0]}{string.Concat(mistakes.Skip(1).Select(other => $", or {other.Name}"))}",
        $"fix        {mistakes[0].Fix}",
    ];

    /// <summary>Where to look.</summary>
    /// <param name="file">Relative to the root of the repository.</param>
    /// <param name="names">Functions or fields in it, such as <c>Attention.scores</c>.</param>
    public static string Function(string file, params IEnumerable<string> names) =>
        $"function   {string.Join("; ", names.Select(name => $"{name}, {SourcePlace.Of(file, name)}"))}";

    /// <summary>How to go on.</summary>
    public static string Closer(ArticleStep step) =>
        $"closer     dotnet run --project src/Llama3.Verify -- explain {(step.takes_place_of is null ? "" : "decode.")}{step.id}";
}
