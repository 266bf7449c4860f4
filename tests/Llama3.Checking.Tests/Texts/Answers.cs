using Llama3.Checking.Goldens;
using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Mistakes;
using Llama3.Checking.Texts.Ports;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Tests.Texts;

/// <summary>What ports answer to the list, and what is said of it.</summary>
internal static class Answers
{
    /// <summary>The embedded excerpt.</summary>
    public static ITokenizer Excerpt => MicroModel.Micro.Checkpoint.tokenizer;

    /// <summary>What a port answers.</summary>
    public static List<AnsweredTask> Of(TextPort port, IEnumerable<TextTask> tasks) => [.. tasks.Select(task => new AnsweredTask(task, port.Answer(task)))];

    /// <summary>What is said of a port that makes mistakes.</summary>
    public static TextReport Report(IEnumerable<TextMistake> mistakes, IEnumerable<TextTask>? tasks = null)
    {
        var port = mistakes.Aggregate(new TextPort(Excerpt), (port, mistake) => mistake.Made(port));
        return TextReport.Of(Of(port, tasks ?? TextTasks.All), Excerpt, TextTasks.All);
    }

    /// <summary>The names that are said for certain, and those of which one is.</summary>
    public static IEnumerable<string> Names(TextReport report) => report.Kinds.SelectMany(kind => kind.Mistakes).SelectMany(found => found.Together.Concat(found.Others)).Select(mistake => mistake.Name).Distinct();
}
