using System.Text;
using System.Xml;
using System.Xml.Linq;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;

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

    /// <summary>What is said of a dump that cannot be used.</summary>
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
        Test($"{CheckText.Pass(outcome.Report)}{CheckText.Name(step.Step)}", Result(step, outcome, explained));

    private static XElement? Result(JudgedStep step, Outcome outcome, HashSet<KnownMistake> explained) => step.Verdict switch
    {
        _ when outcome.SkippedInVain.Contains(step) => Failure(CheckText.InVain(step)),
        Verdict.Ok => null,
        Verdict.NotDumped => Skipped("not dumped"),
        Verdict.Inherited when !outcome.Report.Drifts => Skipped("inherited: right arithmetic on wrong inputs"),
        _ when outcome.Skipped.Contains(step.Step) => Skipped("known to be wrong: --skip"),
        _ => Failure(string.Join('\n', CheckText.About(step, outcome.Report, explained))),
    };

    private static IEnumerable<XElement> Demands(Outcome outcome) =>
        outcome.Missing.Select(step => Test(
            $"{CheckText.Pass(outcome.Report)}{CheckText.Name(step)} is dumped in every layer", Failure(CheckText.Missing)));

    private static XElement Test(string name, XElement? result) =>
        new("testcase", new XAttribute("classname", "llama3verify"), new XAttribute("name", name), result);

    private static XElement Failure(string message) => new("failure", new XAttribute("message", message.Split('\n')[0]), message);

    private static XElement Skipped(string message) => new("skipped", new XAttribute("message", message));
}
