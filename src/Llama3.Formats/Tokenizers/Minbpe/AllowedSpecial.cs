using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers.Minbpe;

/// <summary>Which special tokens in a text become their ids; the others are text.</summary>
public sealed class AllowedSpecial
{
    private readonly Func<string, bool> _allows;
    private readonly bool _raises;

    private AllowedSpecial(Func<string, bool> allows, bool raises = false) => (_allows, _raises) = (allows, raises);

    /// <summary>All.</summary>
    public static AllowedSpecial all { get; } = new(_ => true);

    /// <summary>None.</summary>
    public static AllowedSpecial none { get; } = new(_ => false);

    /// <summary>None, and a text that holds one is refused.</summary>
    public static AllowedSpecial none_raise { get; } = new(_ => false, raises: true);

    /// <summary>These.</summary>
    public static AllowedSpecial set(params IEnumerable<string> names) => new(names.ToHashSet().Contains);

    /// <summary>Those of <paramref name="special_tokens"/> that are allowed, in their order.</summary>
    /// <exception cref="BadInputException">The text holds a special token and that is refused.</exception>
    internal OrderedDictionary<string, int> Of(OrderedDictionary<string, int> special_tokens, string text)
    {
        if (_raises && special_tokens.Keys.FirstOrDefault(name => text.Contains(name, StringComparison.Ordinal)) is { } found)
        {
            var position = text.IndexOf(found, StringComparison.Ordinal);
            throw new BadInputException($"the text contains the special token {Printable.Text(found)} at position {position}, "
                + "which must not be part of a text");
        }
        return new(special_tokens.Where(special => _allows(special.Key)));
    }
}
