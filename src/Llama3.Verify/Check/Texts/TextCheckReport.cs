using Llama3.Checking.Texts.Judging;
using Llama3.Formats.Tokenizers;
using Spectre.Console;

namespace Llama3.Verify.Check.Texts;

/// <summary>The report on texts.</summary>
internal sealed class TextCheckReport(TextOutcome outcome, ITokenizer tokenizer) : CheckReport
{
    public override bool Passed => outcome.Passed;

    public override string Json => TextCheckJson.Text(outcome, tokenizer);

    public override string Summary => TextCheckGitHub.Summary(outcome, tokenizer);

    public override void Show(IAnsiConsole console, bool verbose) => new TextCheckPage(console, outcome, tokenizer).Show(verbose);

    public override void WriteJUnit(TimeSpan time, Stream file) => TextCheckJUnit.Write(outcome, tokenizer, time, file);

    public override void WriteAnnotations(TextWriter output) => TextCheckGitHub.Write(outcome, tokenizer, output);
}
