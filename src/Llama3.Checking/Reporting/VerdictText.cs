using System.Text.Json;
using Llama3.Checking.Judging;

namespace Llama3.Checking.Reporting;

/// <summary>The verdicts in words: "ok", "inherited", "wrong here", "wrong between", "not dumped". In JSON they are spelled in snake_case.</summary>
internal static class VerdictText
{
    /// <summary>The word for a verdict.</summary>
    public static string Of(Verdict verdict) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(verdict.ToString()).Replace('_', ' ');
}
