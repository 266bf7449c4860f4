using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Llama3.Verify.Html;

/// <summary>Renders Razor components into the text of a file. Razor escapes all text that they show.</summary>
internal static partial class HtmlText
{
    /// <summary>The HTML of a page.</summary>
    /// <param name="parameters">The parameters of the component, by name.</param>
    public static string Of<T>(params (string Name, object? Value)[] parameters)
        where T : IComponent
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        var given = ParameterView.FromDictionary(parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value));
        var html = renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<T>(given)).ToHtmlString()).GetAwaiter().GetResult();
        return Escaped().Replace(html, Readable).ReplaceLineEndings("\n");
    }

    /// <summary>Razor writes all that is beyond ASCII as numbers; what can be read is written as it is, as in "√" and "→".</summary>
    private static string Readable(Match escaped)
    {
        var number = int.Parse(escaped.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return Rune.TryCreate(number, out var rune) && !rune.IsAscii && (Rune.IsLetterOrDigit(rune) || Rune.IsSymbol(rune) || Rune.IsPunctuation(rune)) ? $"{rune}" : escaped.Value;
    }

    [GeneratedRegex("&#x([0-9A-F]{1,6});")]
    private static partial Regex Escaped();
}
