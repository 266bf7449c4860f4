using Microsoft.Playwright;

namespace Llama3.Pages.Tests;

/// <summary>Chromium without a window. All tests share one.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Places =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", @"C:\Program Files\Google\Chrome\Application\chrome.exe"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where it is installed; null where it is not.</summary>
    private static string? Place => Environment.GetEnvironmentVariable("CHROMIUM") ?? Array.Find(Places, File.Exists);

    public async Task InitializeAsync()
    {
        if (Place is not { } place) { return; }
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = place, Args = ["--no-sandbox"] });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) { await _browser.DisposeAsync(); }
        _playwright?.Dispose();
    }

    /// <summary>A page that notes what goes wrong in it.</summary>
    /// <param name="width">Of its window, in pixels.</param>
    /// <param name="scheme">What the system is set to.</param>
    internal async Task<WatchedPage> Open(int width = 1400, ColorScheme scheme = ColorScheme.Light)
    {
        Skip.If(_browser is null, "there is no Chromium: install one, or let CHROMIUM say where it is");
        var context = await _browser!.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        return new(await context.NewPageAsync());
    }
}
