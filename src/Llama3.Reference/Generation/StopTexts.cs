namespace Llama3.Reference.Generation;

/// <summary>Ends a text before the first of some texts, which may begin in one token and end in another: what may be its beginning waits.</summary>
/// <param name="stops">The texts, none of which is empty.</param>
internal sealed class StopTexts(IReadOnlyList<string> stops)
{
    private string _waiting = "";

    /// <summary>The text that has ended it; null before.</summary>
    public string? Found { get; private set; }

    /// <summary>What can be shown, now that more has come; nothing once the text has ended.</summary>
    public string Add(string text)
    {
        if (Found is not null) { return ""; }
        var all = _waiting + text;
        // The one that is complete first.
        var found = stops.Select(stop => (At: all.IndexOf(stop, StringComparison.Ordinal), Stop: stop)).Where(found => found.At >= 0).OrderBy(found => found.At + found.Stop.Length).ThenBy(found => found.At).ToList();
        if (found is [var (at, stop), ..])
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
