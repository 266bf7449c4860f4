using System.Text.Json;

namespace Llama3.Checking.Judging;

/// <summary>Verdicts in words: "ok", "inherited", "wrong here", "wrong between", "not dumped". In JSON they are spelled in snake_case.</summary>
internal static class VerdictWords
{
    /// <summary>The words for a verdict.</summary>
    public static string InWords(this Verdict verdict) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(verdict.ToString()).Replace('_', ' ');
}
