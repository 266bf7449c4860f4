using System.Text.RegularExpressions;
using Llama3.Checking.Names;
using Llama3.Checking.Names.Engines;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;

namespace Llama3.Verify.Searching;

/// <summary>
/// Finds what people mean: by number, id, function, weight or tensor name, or by words of a title, a formula or the field. How words are joined
/// and spelt does not matter. Where nothing fits, slips of the finger are corrected, and then the reasons are searched.
/// </summary>
internal static partial class StepSearch
{
    /// <summary>What fits.</summary>
    /// <exception cref="BadInputException">Nothing fits; the message names the words that come near.</exception>
    public static Found Find(string typed) => TryFind(typed) ?? throw Nothing(typed);

    /// <summary>What fits; null if nothing does.</summary>
    public static Found? TryFind(string typed)
    {
        var text = Numbers().Replace(HuggingFaceNames.Meta(typed.Trim()) ?? typed.Trim(), "");
        return Known(typed.Trim()) ?? Fitting(text) ?? Corrected(text) ?? Mentioned(text);
    }

    /// <summary>The error where nothing fits; it names what comes near.</summary>
    public static BadInputException Nothing(string typed) => new($"there is no step '{Printable.Text(typed)}'; "
        + (Words.Asked(typed).Count > 0 && Slips.Near(typed).ToList() is { Count: > 0 } near
            ? $"did you mean {string.Join(" or ", near)}?"
            : $"steps are numbered 1 to {Topic.All.Max(topic => topic.Step?.number)}"));

    /// <summary>A step by its number, or by a name that it has in a dump. Plain words of others, such as norm, stand for more than one step.</summary>
    private static Found? Known(string typed)
    {
        var alias = TensorName.Parse(typed)?.Alias;
        var step = alias is { Convention.Length: > 0 } && typed.All(char.IsLetter) ? null
            : alias?.Step ?? (typed.All(letter => char.IsLetter(letter) || letter == '_') ? null : EngineTable.StepOf(typed));
        var number = StepNumber().Match(typed).Value;
        var one = Topic.All.FirstOrDefault(topic => step is not null ? topic.Step == step : number.Length > 0 && topic.Number == number);
        return one is null ? null : Meaning(one, [one], typed);
    }

    /// <summary>What has all the words in its id, functions, weights, title, formula, names or field words.</summary>
    private static Found? Fitting(string typed)
    {
        var (whole, all) = (Words.Squeezed(typed), All(typed, topic => topic.Text));
        var one = Single(all.Where(topic => Words.HasPhrase(topic.Ids, whole))) ?? ByPart(whole, all) ?? Single(all);
        return all.Count == 0 ? null : Meaning(one, all, typed);
    }

    /// <summary>The one step that has a function or weight of this name, unless another step is called alike.</summary>
    private static Topic? ByPart(string whole, List<Topic> all) => Single(all.Where(topic => Words.HasPhrase(topic.Parts, whole))) is { } one
        && Single(all.Where(topic => topic == one || (topic.Step is not null && Words.HasWord(topic.Ids, whole)))) == one ? one : null;

    private static Found? Corrected(string typed) =>
        Slips.Correct(typed) is { } meant && Fitting(meant) is { } found ? found with { Instead = meant } : null;

    private static Found? Mentioned(string typed) => All(typed, topic => topic.Reason) is { Count: > 0 } all ? Meaning(null, all, typed) : null;

    private static List<Topic> All(string typed, Func<Topic, string> text)
    {
        var (whole, words) = (Words.Squeezed(typed), Words.Asked(typed));
        return words.Count == 0
            ? []
            : [.. Topic.All.Where(topic => Words.HasForm(text(topic), whole) || words.All(word => Words.HasForm(text(topic), word)))];
    }

    /// <summary>The only one; a step of the cache that takes another's place does not count beside it.</summary>
    private static Topic? Single(IEnumerable<Topic> fitting)
    {
        var topics = fitting.ToList();
        topics.RemoveAll(topic => topic.Step?.takes_place_of is { } own && topics.Exists(other => other.Step == own));
        return topics is [var one] ? one : null;
    }

    /// <summary>
    /// With what else is called so, but for mistakes in the step itself. Mistakes alone bring the steps that they get wrong.
    /// </summary>
    private static Found Meaning(Topic? one, List<Topic> all, string typed)
    {
        var others = one is null || Words.Asked(typed).Count == 0 ? [] : Topic.All.Where(topic =>
            topic != one && !topic.IsMistakeIn(one.Step) && Words.HasBeginning(topic.Ids, Words.Squeezed(typed)));
        var steps = all.Exists(topic => topic.Step is not null)
            ? []
            : Topic.All.Where(topic => all.Exists(mistake => mistake.IsMistakeIn(topic.Step)));
        return new Found(one, [.. steps, .. all]) { Others = [.. others] };
    }

    [GeneratedRegex(@"(?<=^(step )?)[0-9]+\z", RegexOptions.IgnoreCase)]
    private static partial Regex StepNumber();

    /// <summary>The number of a step before its id, and that of a layer in the name of a tensor.</summary>
    [GeneratedRegex(@"^[0-9]+ |\blayers\.[0-9]+\.")]
    private static partial Regex Numbers();
}
