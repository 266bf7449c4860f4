using System.Text;
using System.Xml;
using System.Xml.Linq;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reporting;

namespace Llama3.Verify.Check;

/// <summary>What a check found, as JUnit XML: a test case per step.</summary>
internal static class CheckJUnit
{
    /// <summary>A test case per step.</summary>
    public static void Write(Outcome outcome, Stream file)
    {
        var explained = new HashSet<KnownMistake>();
        Write([.. outcome.Passes.Prepend(outcome).SelectMany(one => Cases(one, explained))], file);
    }

    private static IEnumerable<XElement> Cases(Outcome outcome, HashSet<KnownMistake> explained) => outcome.Report.Steps
        .Where(step => step.Step.dtype is not null)
        .Select(step => Case(step, outcome, explained))
        .Concat(Demands(outcome));

    /// <summary>The report on a dump that cannot be used.</summary>
    public static void WriteError(string message, Stream file) =>
        Write([Test("the dump can be used", new XElement("error", new XAttribute("message", message), message))], file);

    private static void Write(List<XElement> cases, Stream file)
    {
        var suite = new XElement("testsuite", new XAttribute("name", "llama3verify check"), new XAttribute("tests", cases.Count),
            Count("failures", "failure"), Count("errors", "error"), Count("skipped", "skipped"), cases);
        using var writer = XmlWriter.Create(file, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true });
        new XDocument(new XElement("testsuites", suite)).Save(writer);

        XAttribute Count(string name, string element) => new(name, cases.Count(test => test.Element(element) is not null));
    }

    private static XElement Case(JudgedStep step, Outcome outcome, HashSet<KnownMistake> explained) =>
        Test($"{ReportText.Pass(outcome.Report)}{JudgedStepText.Name(step.Step)}", Result(step, outcome, explained));

    private static XElement? Result(JudgedStep step, Outcome outcome, HashSet<KnownMistake> explained) => step.Verdict switch
    {
        _ when outcome.SkippedInVain.Contains(step) => Failure(JudgedStepText.InVain(step)),
        Verdict.Ok => null,
        Verdict.NotDumped => Skipped(step.Verdict.InWords()),
        Verdict.Inherited when !outcome.Report.Drifts => Skipped(JudgedStepText.WithVerdict(step, outcome.Report, explained).First()),
        _ when outcome.Skipped.Contains(step.Step) => Skipped("known to be wrong: --skip"),
        _ => Failure(string.Join('\n', JudgedStepText.WithVerdict(step, outcome.Report, explained))),
    };

    private static IEnumerable<XElement> Demands(Outcome outcome) =>
        outcome.Report.Dump.Unreadable.Select(result => Test(
            $"{ReportText.Pass(outcome.Report)}{result.Name} can be read", Failure(result.ToString())))
        .Concat(outcome.Missing.Select(step => Test(
            $"{ReportText.Pass(outcome.Report)}{JudgedStepText.Name(step)} is dumped in every layer", Failure(JudgedStepText.Missing))));

    private static XElement Test(string name, XElement? result) =>
        new("testcase", new XAttribute("classname", "llama3verify"), new XAttribute("name", name), result);

    private static XElement Failure(string message) => new("failure", new XAttribute("message", message.Split('\n')[0]), message);

    private static XElement Skipped(string message) => new("skipped", new XAttribute("message", message));
}
