using System.Text;
using Llama3.Checking.Goldens;
using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Tasks;

namespace Llama3.Checking.Tests.Reports;

/// <summary>A mistake with texts, made by <see cref="PlainTexts"/>, and what the check is to say of it.</summary>
/// <param name="Make">Makes the mistake.</param>
/// <param name="Kind">The kind of task at which it is named.</param>
/// <param name="Names">Its name there, and by which it goes elsewhere.</param>
internal sealed record TextRecreation(Action<PlainTexts> Make, TextKind Kind, params IReadOnlyList<string> Names)
{
    /// <summary>The report on what the port answers to the list.</summary>
    public TextReport Report
    {
        get
        {
            var port = new PlainTexts();
            Make(port);
            return Judged(port);
        }
    }

    /// <summary>What is said of a port.</summary>
    public static TextReport Judged(PlainTexts port)
    {
        var tokenizer = MicroModel.Micro.Checkpoint.tokenizer;
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', port.Answers(TextTasks.Lines))));
        return TextReport.Of(AnswerFile.Read(file, "answers.jsonl", tokenizer, true, TextTasks.All), tokenizer, TextTasks.All);
    }
}
