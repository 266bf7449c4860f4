using System.Text.RegularExpressions;
using Markdig;

namespace Llama3.Verify.Html.Course;

/// <summary>Texts of docs/ as HTML.</summary>
internal static partial class MarkdownText
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().Build();

    /// <summary>The HTML of a text; links into the repository become plain text, because pages may lie anywhere.</summary>
    public static string Html(string markdown) => Markdown.ToHtml(LinkIntoRepository().Replace(markdown, "$1"), Pipeline);

    [GeneratedRegex(@"(?<!!)\[([^\]]+)\]\((?!https?:)[^)]*\)")]
    private static partial Regex LinkIntoRepository();
}
