namespace Llama3.Reference.Tests.Course;

/// <summary>A test that runs while a step is broken, though it is of no single step.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CourseFactAttribute : FactAttribute, INeverWaits
{
    /// <param name="sentence">What is right.</param>
    public CourseFactAttribute(string sentence) => DisplayName = sentence;
}
