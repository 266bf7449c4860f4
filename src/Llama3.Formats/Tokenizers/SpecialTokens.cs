namespace Llama3.Formats.Tokenizers;

/// <summary>The 256 tokens that are not text: ids 128000 to 128255, however many ranks tokenizer.model holds.</summary>
internal static class SpecialTokens
{
    /// <summary>The id of the first special token, <c>&lt;|begin_of_text|&gt;</c>; every rank is below it.</summary>
    public const int First = 128_000;

    /// <summary>The names in the order of their ids.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "<|begin_of_text|>", "<|end_of_text|>",
        .. Reserved(0, 4),
        "<|start_header_id|>", "<|end_header_id|>",
        .. Reserved(4, 1),
        "<|eot_id|>",
        .. Reserved(5, 246),
    ];

    /// <summary>The id of each name.</summary>
    public static IReadOnlyDictionary<string, int> Ids { get; } = Names.Index().ToDictionary(name => name.Item, name => First + name.Index);

    /// <summary>The same, to be found in texts.</summary>
    public static NamedTokens Named { get; } = new(Ids);

    /// <summary>Tokens that Llama 3.1 has in the place of reserved ones; the reserved ones after them have other numbers there.</summary>
    public static IReadOnlyDictionary<string, int> AddedIn31 { get; } = new Dictionary<string, int>
    {
        ["<|finetune_right_pad_id|>"] = 128_004,
        [Llama3Template.EndOfMessage] = 128_008,
        [Llama3Template.PythonTag] = 128_010,
    };

    /// <summary>The id of a name, of Llama 3 or of 3.1.</summary>
    public static int Id(string name) => Ids.TryGetValue(name, out var id) ? id : AddedIn31[name];

    /// <summary>The name that 3.1 gives an id where Llama 3 has a reserved token; null for all others.</summary>
    public static string? NameIn31(int id) => AddedIn31.FirstOrDefault(entry => entry.Value == id).Key;

    private static IEnumerable<string> Reserved(int from, int count) =>
        Enumerable.Range(from, count).Select(number => $"<|reserved_special_token_{number}|>");
}
