namespace Llama3.Checking.Judging;

/// <summary>Verdicts as words in a sentence.</summary>
internal static class VerdictWords
{
    /// <summary>"wrong here"</summary>
    public static string InWords(this Verdict verdict) => verdict switch
    {
        Verdict.Ok => "agrees",
        Verdict.WrongHere => "wrong here",
        Verdict.Inherited => "inherited",
        Verdict.WrongBetween => "wrong between",
        _ => "not dumped",
    };
}
