namespace Llama3.Reference.Tests.Course;

/// <summary>A test of one step, displayed after the step's own: "12 freqs_cis: token 0 is not rotated".</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StepFactAttribute : FactAttribute
{
    public StepFactAttribute(string id, string sentence) =>
        DisplayName = $"{ArticleSteps.all[id].number:00} {id}: … {sentence}";
}
