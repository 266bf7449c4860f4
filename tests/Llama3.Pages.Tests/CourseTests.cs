using Microsoft.Playwright;

namespace Llama3.Pages.Tests;

/// <summary>docs/course in a browser.</summary>
public sealed class CourseTests(Browser browser) : IClassFixture<Browser>
{
    private const string Light = "rgb(255, 255, 255)", Dark = "rgb(21, 23, 28)";

    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "course");

    private static string[] Pages => Directory.GetFiles(Folder, "*.html");

    [SkippableFact(DisplayName = "course: \"next\" and the right arrow key lead through all pages; none has errors, asks for anything outside, or is too wide at 400 or 1400 pixels")]
    public async Task From_first_to_last()
    {
        await using var watched = await browser.Open();
        await watched.Show(Path.Combine(Folder, "index.html"));
        var seen = new List<string>();
        while (true)
        {
            seen.Add(watched.Page.Url);
            await watched.Page.EvaluateAsync("document.querySelectorAll('details').forEach(details => details.open = true)");
            foreach (var width in (int[])[400, 1400])
            {
                await watched.Page.SetViewportSizeAsync(width, 900);
                (await watched.IsTooWide()).Should().BeFalse($"{watched.Page.Url} at {width} pixels");
            }
            if (await watched.Page.Locator("nav.turn a[rel=next]").CountAsync() == 0) { break; }
            await watched.Turn("next", seen.Count % 2 == 0 ? null : "ArrowRight");
        }
        seen.Select(address => Path.GetFileName(new Uri(address).LocalPath)).Order().Should().Equal(Pages.Select(Path.GetFileName).Order());
        await watched.Turn("prev", "ArrowLeft");
        watched.Page.Url.Should().Be(seen[^2]);
        watched.Wrong.Should().BeEmpty();
    }

    [SkippableFact(DisplayName = "course: another layer or head is another picture; its numbers are read with the mouse and with the keys")]
    public async Task Choosers()
    {
        await using var watched = await browser.Open();
        await watched.Show(Path.Combine(Folder, "24-qk_per_token.html"));
        var first = await watched.Drawn();
        await watched.Page.Locator("figure.heatmap select").First.SelectOptionAsync("2");
        var second = await watched.Drawn();
        await watched.Page.Locator("figure.heatmap select").Nth(1).SelectOptionAsync("5");
        new[] { first, second, await watched.Drawn() }.Should().OnlyHaveUniqueItems();

        var (canvas, told) = (watched.Page.Locator("canvas").First, watched.Page.Locator("figure.heatmap output").First);
        await canvas.FocusAsync();
        foreach (var key in (string[])["ArrowDown", "ArrowDown", "ArrowRight"]) { await canvas.PressAsync(key); }
        (await told.TextContentAsync()).Should().MatchRegex("^token \"the\", token \"the\": -?[0-9.]+$");
        watched.Page.Url.Should().EndWith("24-qk_per_token.html", "in a picture the arrows move the mark");
        await canvas.HoverAsync();
        (await told.TextContentAsync()).Should().NotContain("\"the\", token \"the\"");
        watched.Wrong.Should().BeEmpty();
    }

    [SkippableFact(DisplayName = "course: a known mistake is unfolded into two pictures that differ, and share the mark")]
    public async Task Mistake()
    {
        await using var watched = await browser.Open();
        await watched.Show(Path.Combine(Folder, "24-qk_per_token.html"));
        var mistake = watched.Page.Locator("details.mistake").Filter(new() { HasText = "no_scale" }).First;
        await mistake.Locator("summary").ClickAsync();
        var pictures = mistake.Locator("canvas");
        (await pictures.CountAsync()).Should().Be(2);
        await pictures.First.PressAsync("ArrowDown");
        var told = await mistake.Locator("output").AllTextContentsAsync();
        var numbers = told.Select(text => double.Parse(text.Split(": ")[^1], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        (numbers[1] / numbers[0]).Should().BeApproximately(Math.Sqrt(10), 0.05);
        watched.Wrong.Should().BeEmpty();
    }

    [SkippableFact(DisplayName = "course: light or dark is as the system is, until it is chosen; the choice stays")]
    public async Task Light_or_dark()
    {
        await using var watched = await browser.Open(scheme: ColorScheme.Dark);
        await watched.Show(Path.Combine(Folder, "24-qk_per_token.html"));
        (await watched.Background()).Should().Be(Dark);
        var dark = await watched.Drawn();
        await watched.Page.Locator("button.theme").ClickAsync();
        (await watched.Background()).Should().Be(Light);
        (await watched.Drawn()).Should().NotBe(dark);
        await watched.Show(Path.Combine(Folder, "index.html"));
        (await watched.Background()).Should().Be(Light);
        watched.Wrong.Should().BeEmpty();
    }
}
