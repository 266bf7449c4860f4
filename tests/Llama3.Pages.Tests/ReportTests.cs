using Microsoft.Playwright;

namespace Llama3.Pages.Tests;

/// <summary>What check --html writes, in a browser.</summary>
public sealed class ReportTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("llama3verify-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory(DisplayName = "check --html: the fault is drawn; a name that is HTML is text; nothing is asked for, and nothing is too wide:")]
    [InlineData(400, ColorScheme.Dark)]
    [InlineData(1400, ColorScheme.Light)]
    public async Task A_fault(int width, ColorScheme scheme)
    {
        await using var watched = await browser.Open(width, scheme);
        await watched.Show(WrongDump.Report(_folder));
        (await watched.Page.TitleAsync()).Should().NotBe("run");
        (await watched.Page.Locator("main").InnerTextAsync()).Should().Contain(WrongDump.Name).And.Contain("q_per_token_rotated");
        (await watched.IsTooWide()).Should().BeFalse();

        await watched.Page.Locator("a[href^='#']", new() { HasText = "WRONG" }).First.ClickAsync();
        var pictures = watched.Page.Locator(".report-fault canvas");
        (await pictures.CountAsync()).Should().BeGreaterThanOrEqualTo(3, "port, expected and difference");
        await pictures.First.PressAsync("ArrowDown");
        var told = await watched.Page.Locator(".report-fault").First.Locator("output").AllTextContentsAsync();
        var numbers = told.Take(3).Select(text => double.Parse(text.Split(": ")[^1], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        (numbers[0] - numbers[1]).Should().BeApproximately(numbers[2], 0.002, "the difference is that of the port and what was expected");
        watched.Wrong.Should().BeEmpty();
    }
}
