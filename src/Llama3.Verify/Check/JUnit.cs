using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Llama3.Verify.Check;

/// <summary>The elements of JUnit XML.</summary>
internal static class JUnit
{
    /// <summary>Writes a suite.</summary>
    /// <param name="cases">Its test cases.</param>
    /// <param name="time">How long all of them took: they are not measured one by one.</param>
    /// <param name="properties">What else is to be said, each with its name; what is null is left out.</param>
    /// <param name="file">Where to.</param>
    public static void Write(IReadOnlyList<XElement> cases, TimeSpan time, IEnumerable<(string Name, string? Value)> properties, Stream file)
    {
        XAttribute[] counts =
        [
            new("tests", cases.Count), Count("failures", "failure"), Count("errors", "error"), Count("skipped", "skipped"),
            new("time", time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture)),
        ];
        var suite = new XElement("testsuite", new XAttribute("name", "llama3verify check"), counts, Properties(properties), cases);
        using var writer = XmlWriter.Create(file, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true });
        new XDocument(new XElement("testsuites", counts, suite)).Save(writer);

        XAttribute Count(string name, string element) => new(name, cases.Count(test => test.Element(element) is not null));
    }

    private static XElement? Properties(IEnumerable<(string Name, string? Value)> properties)
    {
        var said = from property in properties
                   where property.Value is not null
                   select new XElement("property", new XAttribute("name", property.Name), new XAttribute("value", property.Value));
        return said.ToList() is { Count: > 0 } all ? new("properties", all) : null;
    }

    /// <summary>A test case.</summary>
    public static XElement Test(string area, string name, XElement? result) =>
        new("testcase", new XAttribute("classname", area), new XAttribute("name", name), result);

    /// <summary>That it failed, and why.</summary>
    public static XElement Failure(string message) => new("failure", new XAttribute("message", message.Split('\n')[0]), message);

    /// <summary>That it could not be run, and why.</summary>
    public static XElement Error(string message) => new("error", new XAttribute("message", message), message);

    /// <summary>That it does not count, and why.</summary>
    public static XElement Skipped(string message) => new("skipped", new XAttribute("message", message));
}
