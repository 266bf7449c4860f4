using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Llama3.Verify.Html;

/// <summary>Renders Razor components into the text of a file. Razor escapes all text that they show.</summary>
internal static class HtmlText
{
    /// <summary>The HTML of a page.</summary>
    /// <param name="parameters">The parameters of the component, by name.</param>
    public static string Of<T>(params (string Name, object? Value)[] parameters)
        where T : IComponent
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        var given = ParameterView.FromDictionary(parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value));
        return renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<T>(given)).ToHtmlString()).GetAwaiter().GetResult()
            .ReplaceLineEndings("\n");
    }
}
