namespace Llama3.Reference.Tests.Course;

/// <summary>A test of one step's function on numbers that one can work out on paper: "12 freqs_cis: … token 0 is not rotated".</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StepFactAttribute : FactAttribute, INeverWaits
{
    /// <param name="id">The id of a step; of a step of the cache's chapter "decode." and its id.</param>
    /// <param name="sentence">What is right.</param>
    public StepFactAttribute(string id, string sentence)
    {
        var step = id.StartsWith("decode.", StringComparison.Ordinal) ? CacheSteps.all[id] : ArticleSteps.all[id];
        DisplayName = $"{step.number:00} {step.id}: … {sentence}";
    }
}
