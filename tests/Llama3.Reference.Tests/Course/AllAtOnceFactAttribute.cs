namespace Llama3.Reference.Tests.Course;

/// <summary>A test that holds everything at once against the steps.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AllAtOnceFactAttribute : FactAttribute, IWaitsForStepsAlone
{
    /// <param name="sentence">What is right.</param>
    public AllAtOnceFactAttribute(string sentence) => DisplayName = sentence;
}
