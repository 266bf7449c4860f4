using Microsoft.Playwright;

namespace Llama3.Pages.Tests;

/// <summary>A page of a browser, and what went wrong in it: errors in the console, addresses outside its folder.</summary>
internal sealed class WatchedPage : IAsyncDisposable
{
    private readonly List<string> _wrong = [];

    public WatchedPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) => { if (message.Type is "error" or "warning") { _wrong.Add($"{page.Url}: {message.Text}"); } };
        page.PageError += (_, error) => _wrong.Add($"{page.Url}: {error}");
        page.Request += (_, request) => { if (!request.Url.StartsWith("file:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) { _wrong.Add($"asks for {request.Url}"); } };
        page.RequestFailed += (_, request) => _wrong.Add($"does not find {request.Url}");
    }

    public IPage Page { get; }

    /// <summary>What went wrong so far.</summary>
    public IReadOnlyList<string> Wrong => _wrong;

    /// <summary>Opens a file.</summary>
    public Task<IResponse?> Show(string path) => Page.GotoAsync(new Uri(path).AbsoluteUri);

    /// <summary>Goes to the page before or after this one, and waits for it.</summary>
    /// <param name="rel">prev or next.</param>
    /// <param name="key">With this key; by a click if it is null.</param>
    public async Task Turn(string rel, string? key)
    {
        var link = Page.Locator($"nav.turn a[rel={rel}]");
        var target = new Uri(new Uri(Page.Url), await link.GetAttributeAsync("href")).AbsoluteUri;
        if (key is null) { await link.ClickAsync(); }
        else { await Page.Keyboard.PressAsync(key); }
        await Assertions.Expect(Page).ToHaveURLAsync(target);
        // Asks the page. An event that has passed already is waited for in vain, which happened once.
        await Page.WaitForFunctionAsync("document.readyState === 'complete'");
    }

    /// <summary>Whether the page must be moved sideways to be read.</summary>
    public Task<bool> IsTooWide() => Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth");

    /// <summary>The colour of the background.</summary>
    public Task<string> Background() => Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");

    /// <summary>What a canvas shows, as text that is equal for equal pictures.</summary>
    public Task<string> Drawn(int index = 0) => Page.Locator("canvas").Nth(index).EvaluateAsync<string>("canvas => canvas.toDataURL()");

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
