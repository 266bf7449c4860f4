namespace Llama3.Verify.Tests.Exercises;

/// <summary>The exercises of docs/exercises.md are complete, and what they say of the tests is so.</summary>
[Collection(SourceCopy.Name)]
public sealed class ExerciseTests(SourceCopy copy)
{
    /// <summary>
    /// Set to course or to all, to run them: each changes a copy of the source, builds it, and runs the course or all tests, which takes seconds.
    /// </summary>
    public const string Variable = "LLAMA3_EXERCISES";

    /// <summary>All of them; one in three where long tests run, as in CI, where each takes a quarter of a minute.</summary>
    public static TheoryData<string> Titles => [.. LongTests.Some(Exercise.All, every: 1).Select(exercise => exercise.Title)];

    [Fact(DisplayName = "exercises: twelve break something, three write something, in the order of the course")]
    public void Fifteen()
    {
        Exercise.All.Select(exercise => exercise.Title.Split('.')[0]).Should().Equal(Enumerable.Range(1, 15).Select(number => $"{number}"));
        Exercise.All.Count(exercise => exercise.IsToWrite).Should().Be(3);
        Exercise.All.Select(exercise => CourseRun.StepOf(exercise.Fails[0]) ?? int.MaxValue).Should().BeInAscendingOrder();
        Exercise.All.Should().OnlyContain(exercise =>
            exercise.Folded.Keys.SequenceEqual(new[] { "Hint: the place", "Hint: the reason", "Answer" }) && exercise.Broken.Any());
    }

    [SkippableTheory(DisplayName = "exercise"), MemberData(nameof(Titles))]
    public void Does_what_it_says(string title)
    {
        var tests = Environment.GetEnvironmentVariable(Variable);
        Skip.If(tests is null or "", $"set {Variable}=course to run the exercises: each takes seconds");
        var exercise = Exercise.All.Single(exercise => exercise.Title == title);
        var run = copy.Run(tests == "all" ? CourseRun.Everything : CourseRun.TheCourse, exercise.Broken);
        run.Failed.Should().BeEquivalentTo(exercise.Fails);
        run.Lines.Should().BeLessThan(CourseRun.MostLines);
        run.IsInTime.Should().BeTrue($"it took {run.Time}");
        if (exercise.IsToWrite) { copy.Run(CourseRun.TheCourse, exercise.Solved).Failed.Should().BeEmpty("the solution solves it"); }
    }
}
