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
        var cases = outcome.Report.Steps.Select(step => Case(step, outcome)).Concat(Demands(outcome)).ToList();
        var suite = new XElement("testsuite", new XAttribute("name", "llama3verify check"), new XAttribute("tests", cases.Count),
            new XAttribute("failures", cases.Count(test => test.Element("failure") is not null)),
            new XAttribute("skipped", cases.Count(test => test.Element("skipped") is not null)), cases);
        try
        {
            new XDocument(new XElement("testsuites", suite)).Save(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadInputException($"{file} cannot be written: {error.Message}", error);
        }
    }

    private static XElement Case(PortStep step, PortOutcome outcome) => Test($"{step.Step.number:00} {step.Step.id}", step.Verdict switch
    {
        Verdict.Ok when outcome.Skipped.Contains(step.Step) => Failure("passes now: take away --skip"),
        Verdict.Ok => null,
        Verdict.NotDumped => Skipped("not dumped"),
        Verdict.Inherited when !outcome.Report.Drifts => Skipped("inherited: right arithmetic on wrong inputs"),
        _ when outcome.Skipped.Contains(step.Step) => Skipped("known to be wrong: --skip"),
        _ => Failure(string.Join('\n', CheckText.About(step, outcome.Report, new HashSet<Pitfall>()))),
    });

    private static IEnumerable<XElement> Demands(PortOutcome outcome) =>
        outcome.Missing.Select(step => Test($"{step.number:00} {step.id} is dumped in every layer", Failure("missing, though every port must dump it")));

    private static XElement Test(string name, XElement? result) =>
        new("testcase", new XAttribute("classname", "llama3verify"), new XAttribute("name", name), result);

    private static XElement Failure(string message) => new("failure", new XAttribute("message", message.Split('\n')[0]), message);

    private static XElement Skipped(string message) => new("skipped", new XAttribute("message", message));
}
