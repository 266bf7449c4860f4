using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Client;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Logging;

namespace Llama3.Course;

/// <summary>
/// Prints what <c>dotnet test</c> shows: the course as a table of contents while it runs, then a line for each other area; of a broken step
/// nothing but what helps to mend it. Results of other assemblies arrive at any time, and are printed at the end.
/// </summary>
[FriendlyName("console-course")] // Beginning so, it takes the place of the console's own logger.
[ExtensionUri("logger://llama3/course")]
public sealed class CourseLogger : ITestLoggerWithParameters
{
    private readonly List<Outcome> _outcomes = [];
    private readonly List<string> _warnings = [];
    private readonly Contents _contents = new(Console.Out);

    /// <inheritdoc/>
    public void Initialize(TestLoggerEvents events, string testRunDirectory)
    {
        events.TestResult += (_, result) => Add(Outcome.Of(result.Result));
        events.TestRunMessage += (_, message) => Add(message);
        events.TestRunComplete += (_, _) => Complete();
    }

    /// <inheritdoc/>
    public void Initialize(TestLoggerEvents events, Dictionary<string, string?> parameters) => Initialize(events, "");

    private void Add(Outcome outcome)
    {
        _outcomes.Add(outcome);
        if (outcome.IsInCourse) { _contents.Add(outcome); }
    }

    private void Add(TestRunMessageEventArgs message)
    {
        var isOfFilter = message.Message.StartsWith("No test matches", StringComparison.Ordinal);
        if (message.Level != TestMessageLevel.Informational && !isOfFilter) { _warnings.Add(message.Message); }
    }

    private void Complete()
    {
        _contents.Complete();
        foreach (var line in Summary.Of(_outcomes, _warnings)) { Console.Out.WriteLine(line); }
    }
}
