using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Llama3.Verify.Tests.Html;

/// <summary>What must hold of every page.</summary>
internal static class HtmlRules
{
    private static readonly HtmlParser Strict = new(new HtmlParserOptions { IsStrictMode = true });

    /// <summary>The page as a browser reads it; what HTML does not allow is an error.</summary>
    public static IHtmlDocument Parse(string html) => Strict.ParseDocument(html);

    /// <summary>What is wrong with a page, in words.</summary>
    /// <param name="page">The page.</param>
    /// <param name="files">The files beside it.</param>
    public static IEnumerable<string> Broken(IHtmlDocument page, IReadOnlySet<string> files)
    {
        foreach (var picture in page.QuerySelectorAll("img").Where(picture => string.IsNullOrWhiteSpace(picture.GetAttribute("alt")))) { yield return $"no alt: {picture.OuterHtml}"; }
        foreach (var drawn in page.QuerySelectorAll("canvas, svg").Where(drawn => string.IsNullOrWhiteSpace(drawn.GetAttribute("aria-label")))) { yield return $"no label: {drawn.LocalName}"; }
        foreach (var twice in page.QuerySelectorAll("[id]").GroupBy(element => element.Id).Where(same => same.Count() > 1)) { yield return $"id {twice.Key} twice"; }
        foreach (var link in page.QuerySelectorAll("a[href]").Select(link => link.GetAttribute("href")!).Where(link => !Leads(link, page, files))) { yield return $"leads nowhere: {link}"; }
        foreach (var needed in page.QuerySelectorAll("script[src], link[href], img[src]").Select(Address).Where(address => address != "data:," && !files.Contains(address))) { yield return $"needs {needed}"; }
        foreach (var select in page.QuerySelectorAll("select").Where(select => select.Closest("label") is null)) { yield return $"no label: {select.OuterHtml}"; }
        if (page.QuerySelectorAll("h1").Length != 1) { yield return "not one h1"; }
        if (page.QuerySelector("main#content") is null) { yield return "no main"; }
        if (Headings(page).Zip(Headings(page).Skip(1)).Any(pair => pair.Second > pair.First + 1)) { yield return "a heading of a lower level is left out"; }
    }

    private static bool Leads(string link, IHtmlDocument page, IReadOnlySet<string> files) =>
        link.StartsWith("https://", StringComparison.Ordinal) || (link.StartsWith('#') ? page.GetElementById(link[1..]) is not null : files.Contains(link));

    private static string Address(IElement element) => element.GetAttribute("src") ?? element.GetAttribute("href")!;

    private static List<int> Headings(IHtmlDocument page) => [.. page.QuerySelectorAll("h1, h2, h3, h4").Select(heading => heading.LocalName[1] - '0')];
}
