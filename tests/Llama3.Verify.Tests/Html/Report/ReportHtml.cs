using System.Buffers.Binary;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Llama3.Verify.Tests.Html.Report;

/// <summary>A report as a browser sees it: its text, its links, the numbers of its pictures.</summary>
internal sealed partial class ReportHtml(string html)
{
    /// <summary>The file as it is.</summary>
    public string Source => html;

    /// <summary>What is read, without elements, on one line.</summary>
    public string Text => WebUtility.HtmlDecode(Spaces().Replace(Element().Replace(Unseen().Replace(html, ""), " "), " "));

    /// <summary>The addresses of all links.</summary>
    public IReadOnlyList<string> Links => [.. Link().Matches(html).Select(link => WebUtility.HtmlDecode(link.Groups[1].Value))];

    /// <summary>The anchors.</summary>
    public IReadOnlyList<string> Anchors => [.. Anchor().Matches(html).Select(anchor => $"#{anchor.Groups[1].Value}")];

    /// <summary>The pictures, in the order of the page.</summary>
    public IReadOnlyList<ReportPicture> Pictures => [.. Figure().Matches(html).Select(figure => new ReportPicture(
        [.. Numbers(WebUtility.HtmlDecode(figure.Groups[1].Value), figure.Groups[2].Value)], JsonNode.Parse(WebUtility.HtmlDecode(figure.Groups[3].Value))!.AsArray()))];

    public static ReportHtml Read(string path) => new(File.ReadAllText(path));

    private static IEnumerable<float> Numbers(string base64url, string bits)
    {
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(base64url);
        return bits == "32"
            ? Enumerable.Range(0, bytes.Length / 4).Select(at => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at * 4)))
            : Enumerable.Range(0, bytes.Length / 2).Select(at => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at * 2)) << 16));
    }

    [GeneratedRegex("<style>.*?</style>|<script>.*?</script>|<head>.*?</head>", RegexOptions.Singleline)]
    private static partial Regex Unseen();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Element();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex("<a [^>]*?href=\"([^\"]*)\"")]
    private static partial Regex Link();

    [GeneratedRegex(" id=\"([^\"]*)\"")]
    private static partial Regex Anchor();

    [GeneratedRegex("<figure [^>]*data-values=\"([^\"]*)\" data-bits=\"(\\d+)\" data-axes=\"([^\"]*)\"")]
    private static partial Regex Figure();
}

/// <summary>A picture of a report.</summary>
/// <param name="Values">Its numbers.</param>
/// <param name="Axes">Its axes, as the page has them.</param>
internal sealed record ReportPicture(float[] Values, JsonArray Axes)
{
    /// <summary>"layer 3, head 8, token 17, dim 10"</summary>
    public string Shape => string.Join(", ", Axes.Select(axis => $"{axis!["name"]} {axis["length"]}"));

    /// <summary>How many rows it has.</summary>
    public int Rows => (int)Axes[^2]!["length"]!;

    /// <summary>How many columns.</summary>
    public int Columns => (int)Axes[^1]!["length"]!;

    /// <summary>What a place on an axis is called.</summary>
    public string Name(int axis, int place) => (string)Axes[axis]!["names"]![place]!;
}
