using System.Text;
using System.Xml;
using System.Xml.Linq;
using Llama3.Reference;
using Llama3.Reference.Checking;
using Llama3.Reference.Ports;

namespace Llama3.Verify;

/// <summary>What a check found, as JUnit XML: a test case per step.</summary>
internal static class CheckJUnit
{
    /// <exception cref="BadInputException">The file cannot be written.</exception>
    public static void Write(PortOutcome outcome, string file)
    {
        var explained = new HashSet<Pitfall>();
        var cases = outcome.Report.Steps.Where(step => step.Step.dtype is not null).Select(step => Case(step, outcome, explained)).Concat(Demands(outcome)).ToList();
        var suite = new XElement("testsuite", new XAttribute("name", "llama3verify check"), new XAttribute("tests", cases.Count),
            new XAttribute("failures", cases.Count(test => test.Element("failure") is not null)),
            new XAttribute("skipped", cases.Count(test => test.Element("skipped") is not null)), cases);
        try
        {
            using var writer = XmlWriter.Create(file, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true });
            new XDocument(new XElement("testsuites", suite)).Save(writer);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadInputException($"{file} cannot be written: {error.Message}", error);
        }
    }

    private static XElement Case(PortStep step, PortOutcome outcome, HashSet<Pitfall> explained) => Test(CheckText.Name(step.Step), step.Verdict switch
    {
        Verdict.Ok when outcome.Skipped.Contains(step.Step) => Failure("passes now: take away --skip"),
        Verdict.Ok => null,
        Verdict.NotDumped => Skipped("not dumped"),
        Verdict.Inherited when !outcome.Report.Drifts => Skipped("inherited: right arithmetic on wrong inputs"),
        _ when outcome.Skipped.Contains(step.Step) => Skipped("known to be wrong: --skip"),
        _ => Failure(string.Join('\n', CheckText.About(step, outcome.Report, explained))),
    });

    private static IEnumerable<XElement> Demands(PortOutcome outcome) =>
        outcome.Missing.Select(step => Test($"{CheckText.Name(step)} is dumped in every layer", Failure("missing, though every port must dump it")));

    private static XElement Test(string name, XElement? result) =>
        new("testcase", new XAttribute("classname", "llama3verify"), new XAttribute("name", name), result);

    private static XElement Failure(string message) => new("failure", new XAttribute("message", message.Split('\n')[0]), message);

    private static XElement Skipped(string message) => new("skipped", new XAttribute("message", message));
}
