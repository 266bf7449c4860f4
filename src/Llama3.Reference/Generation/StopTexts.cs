namespace Llama3.Reference.Generation;

/// <summary>Ends a text before the first of some texts, which may begin in one token and end in another: what may be its beginning waits.</summary>
/// <param name="stops">The texts, none of which is empty.</param>
internal sealed class StopTexts(IReadOnlyList<string> stops)
{
    private string _waiting = "";

    /// <summary>The text that has ended it; null before.</summary>
    public string? Found { get; private set; }

    /// <summary>Of the texts that stop, the one that is complete first in a text, and where it begins; null if none occurs.</summary>
    public static (int At, string Stop)? First(string text, IEnumerable<string> stops) =>
        stops.Select(stop => ((int At, string Stop)?)(text.IndexOf(stop, StringComparison.Ordinal), stop)).Where(found => found!.Value.At >= 0)
            .OrderBy(found => found!.Value.At + found.Value.Stop.Length).ThenBy(found => found!.Value.At).FirstOrDefault();

    /// <summary>What can be shown, now that more has come; nothing once the text has ended.</summary>
    public string Add(string text)
    {
        if (Found is not null) { return ""; }
        var all = _waiting + text;
        if (First(all, stops) is var (at, stop))
        {
            (Found, _waiting) = (stop, "");
            return all[..at];
        }
        var waits = Enumerable.Range(1, all.Length).LastOrDefault(length => stops.Any(other => other.StartsWith(all[^length..], StringComparison.Ordinal)));
        _waiting = all[^waits..];
        return all[..^waits];
    }

    /// <summary>What still waits, once nothing more comes.</summary>
    public string Finish() => Found is null ? _waiting : "";
}
