using System.Text.RegularExpressions;

namespace Llama3.Verify.Tests;

/// <summary>The links of the pages for people lead somewhere: to files, to headings, to names in the code.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Pages => [.. Readme.Pages];

    [Theory(DisplayName = "docs: every relative link leads to a file, a folder or a heading, in"), MemberData(nameof(Pages))]
    public void Links_lead_somewhere(string page) =>
        Links(page).Where(link => !Exists(link)).Select(link => link.Target).Should().BeEmpty();

    [Theory(DisplayName = "docs: what is linked to source code by its name is in that file, in"), MemberData(nameof(Pages))]
    public void Names_are_in_the_code(string page) => Links(page)
        .Where(link => link.File.EndsWith(".cs", StringComparison.Ordinal) && File.Exists(Readme.PathOf(link.File)))
        .Where(link => CodeNames().Matches(link.Text).Any(name => !Readme.Text(link.File).Contains(name.Groups["last"].Value, StringComparison.Ordinal)))
        .Select(link => $"{link.Text} in {link.File}").Should().BeEmpty();

    [Fact(DisplayName = "docs: every page in docs is linked to from README.md")]
    public void All_pages_are_found() =>
        Readme.Pages.Where(page => page.StartsWith("docs/", StringComparison.Ordinal)).Except(Links(Readme.Top).Select(link => link.File)).Should().BeEmpty();

    [Theory(DisplayName = "docs: the code that a page shows is in a file that it links to:")]
    [InlineData("docs/adding-a-mistake.md")]
    [InlineData("docs/adding-a-name.md")]
    [InlineData("docs/adding-a-case.md")]
    [InlineData("docs/adding-a-format.md")]
    public void Code_is_in_the_repository(string page)
    {
        var sources = Links(page).Where(link => link.File.EndsWith(".cs", StringComparison.Ordinal) || link.File.EndsWith(".py", StringComparison.Ordinal))
            .Select(link => Unindented(Readme.Text(link.File))).ToList();
        var examples = CodeExamples().Matches(Readme.Text(page)).Select(match => Unindented(match.Groups["code"].Value)).ToList();
        examples.Should().NotBeEmpty().And.OnlyContain(example => sources.Any(source => source.Contains(example, StringComparison.Ordinal)));
    }

    private static string Unindented(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()));

    private static IEnumerable<Link> Links(string page) =>
        from match in LinkPattern().Matches(WithoutCode(Readme.Text(page)))
        let target = match.Groups["target"].Value
        where !target.Contains("://", StringComparison.Ordinal)
        let parts = target.Split('#', 2)
        select new Link(match.Groups["text"].Value, target, parts[0].Length == 0 ? page : Joined(page, parts[0]), parts.Length == 2 ? parts[1] : null);

    private static bool Exists(Link link) => Path.Exists(Readme.PathOf(link.File)) && (link.Anchor is null || Headings(link.File).Contains(link.Anchor));

    private static string Joined(string page, string target) =>
        Path.GetRelativePath(Repository.Root, Path.Combine(Path.GetDirectoryName(Readme.PathOf(page))!, target)).Replace('\\', '/');

    /// <summary>The anchors that GitHub gives to the headings of a page.</summary>
    private static IEnumerable<string> Headings(string page) => WithoutCode(Readme.Text(page)).Split('\n')
        .Where(line => line.StartsWith('#'))
        .Select(line => NotInAnchors().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static string WithoutCode(string text) => CodeBlocks().Replace(text, "");

    private sealed record Link(string Text, string Target, string File, string? Anchor);

    [GeneratedRegex(@"\[(?<text>[^\]]*)\]\((?<target>[^)\s]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlocks();

    [GeneratedRegex(@"^```(csharp|python)\n(?<code>.*?)\n```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeExamples();

    /// <summary>The last part of a name such as `Attention.scores`; a path has none.</summary>
    [GeneratedRegex(@"`([A-Za-z]\w*\.)*(?<last>\w+)(?<!\.cs)`")]
    private static partial Regex CodeNames();

    [GeneratedRegex(@"[^\p{L}\p{N}\- _]")]
    private static partial Regex NotInAnchors();
}
