using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Llama3.Verify.Tests;

/// <summary>The commands that pages and the workflow tell others to run: they name packages, versions and options that there are.</summary>
public sealed partial class InstallTests
{
    private const string Workflow = "examples/github-workflow.yml";

    public static TheoryData<string> Pages => [Workflow, .. Readme.Pages];

    [Theory(DisplayName = "install: packages and the tool are called so, and have this version, in"), MemberData(nameof(Pages))]
    public void Packages(string page)
    {
        foreach (var install in Installs().Matches(Readme.Text(page)).Cast<Match>())
        {
            Ids.Should().Contain(install.Groups["id"].Value);
            install.Groups["version"].Value.Should().Be(Version);
        }
    }

    [Fact(DisplayName = "install: the page for ports in C# installs the tool, and the workflow makes it")]
    public void Both_install()
    {
        Installs().Matches(Readme.Text(Readme.CsharpPorts)).Select(install => install.Groups["id"].Value).Should().Equal("Llama3.Assertions", "llama3verify");
        Readme.Text(Workflow).Should().Contain("dotnet publish llama3verify/src/Llama3.Verify -r linux-x64 -o tools\n").And.Contain("$PWD/tools");
        File.ReadAllLines(Readme.PathOf(".gitignore")).Should().Contain("packages/", "the page packs into it");
    }

    [Theory(DisplayName = "install: commands of the tool exist, with these options, in"), MemberData(nameof(Pages))]
    public void Commands(string page)
    {
        foreach (var run in Runs().Matches(Readme.Text(page)).Cast<Match>())
        {
            var help = Cli.Run(run.Groups["command"].Value, "--help");
            help.ExitCode.Should().Be(0, run.Value);
            Options().Matches(run.Value).Select(option => option.Value)
                .Where(option => !help.Output.Contains($"  {option} ", StringComparison.Ordinal)).Should().BeEmpty(run.Value);
        }
    }

    [Fact(DisplayName = "install: the workflow checks a whole port, writes a summary and keeps the reports")]
    public void The_workflow()
    {
        var text = Readme.Text(Workflow);
        Runs().Matches(text).Select(run => run.Groups["command"].Value).Should().Equal("copy", "check");
        text.Should().Contain("check dump --complete --github --junit results.xml --html report.html\n").And.MatchRegex("path: \\|\n +results.xml\n +report.html\n").And.Contain("\"$GITHUB_PATH\"");
    }

    private static string Version => Element("Directory.Build.props", "Version");

    private static List<string> Ids =>
    [
        .. Directory.GetFiles(Readme.PathOf("src"), "*.csproj", SearchOption.AllDirectories).Select(file => Path.GetFileNameWithoutExtension(file)),
        Element("src/Llama3.Verify/Llama3.Verify.csproj", "AssemblyName"),
    ];

    private static string Element(string file, string name) => XDocument.Load(Readme.PathOf(file)).Descendants(name).First().Value;

    [GeneratedRegex(@"dotnet (tool install|add \S+ package) (?<id>\S+)( --version (?<version>\S+))?")]
    private static partial Regex Installs();

    [GeneratedRegex(@"(?<=^ *(run: )?(dotnet )?)llama3verify (?<command>[a-z]+)\b[^#\n]*", RegexOptions.Multiline)]
    private static partial Regex Runs();

    [GeneratedRegex(@"(?<= )--[a-z-]+\b")]
    private static partial Regex Options();
}
