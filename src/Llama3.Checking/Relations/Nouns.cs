using Llama3.Checking.Comparing;

namespace Llama3.Checking.Relations;

/// <summary>What is at the indexes of an axis, in words.</summary>
/// <param name="One">"head"</param>
/// <param name="Many">"heads"</param>
internal sealed record Nouns(string One, string Many)
{
    /// <summary>The words for an axis.</summary>
    /// <param name="axis">Its name in messages.</param>
    /// <param name="back">Its place, counted from the last.</param>
    public static Nouns Of(string axis, int back) => axis switch
    {
        "part" => new("number of a pair", "numbers of a pair"),
        "dim" when back == 0 => new("value of a row", "values of a row"),
        "dim" => new("row", "rows"),
        _ => new(axis, $"{axis}s"),
    };

    /// <summary>"heads 3, 5–7", or "places 3, 5–7 of a row"</summary>
    public string At(IReadOnlyCollection<int> indexes)
    {
        var (place, of) = One.Split(' ', 2) is [_, var whole] ? ("place", $" {whole}") : (One, "");
        return $"{place}{(indexes.Count == 1 ? "" : "s")} {NumberText.Ranges(indexes)}{of}";
    }
}
