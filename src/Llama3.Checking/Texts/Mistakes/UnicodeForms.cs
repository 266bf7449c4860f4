using System.Reflection;
using System.Text.Json;

namespace Llama3.Checking.Texts.Mistakes;

/// <summary>
/// What normalising makes of the texts of the list, by a table that scripts/texts.py has written: .NET itself needs ICU for it, which is not
/// everywhere. Other texts stay as they are.
/// </summary>
internal static class UnicodeForms
{
    private static readonly Dictionary<string, Forms> Known = Read();

    /// <summary>Canonical composition: e and an accent become é.</summary>
    public static string Nfc(string text) => Known.GetValueOrDefault(text)?.nfc ?? text;

    /// <summary>Canonical decomposition: é becomes e and an accent.</summary>
    public static string Nfd(string text) => Known.GetValueOrDefault(text)?.nfd ?? text;

    /// <summary>Compatibility composition: ﬁ becomes fi.</summary>
    public static string Nfkc(string text) => Known.GetValueOrDefault(text)?.nfkc ?? text;

    private static Dictionary<string, Forms> Read()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("forms.jsonl")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<Forms>(line)!).ToDictionary(forms => forms.text);
    }

    private sealed record Forms(string text, string? nfc, string? nfd, string? nfkc);
}
