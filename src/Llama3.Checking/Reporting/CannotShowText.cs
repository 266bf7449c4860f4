using Llama3.Checking.Judging;

namespace Llama3.Checking.Reporting;

/// <summary>What is said of the known mistakes that a check cannot see.</summary>
internal static class CannotShowText
{
    /// <summary>"the model has one key/value head: gqa_modulo, gqa_clamped", and so on; a sentence if not all were tried, or if there is none.</summary>
    public static IEnumerable<string> Lines(CannotShow unseen)
    {
        foreach (var (reason, names) in unseen.Groups) { yield return $"{reason}: {string.Join(", ", names)}"; }
        if (unseen.Tried < unseen.Of)
        {
            yield return unseen.Tried == 0
                ? "not tried: with this model and prompt that would take long"
                : $"{unseen.Tried} of {unseen.Of} were tried: more would take long";
        }
        else if (unseen.Groups.Count == 0) { yield return $"none: each of the {unseen.Of} would show"; }
    }
}
