using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers.Gguf;

/// <summary>The tokens of a GGUF by what they are for. Unused ones are for nothing: they are no tokens.</summary>
/// <param name="Text">Normal ones: bytes of text.</param>
/// <param name="Special">Control tokens, and the unknown one: named in a text only where that is allowed.</param>
/// <param name="Added">Those of the model's user: named in any text.</param>
internal sealed record GgufTokens(Vocabulary Text, NamedTokens Special, NamedTokens Added)
{
    /// <summary>The type of an id without a token: something fills the gap.</summary>
    public const int Unused = 5;

    private const int Normal = 1, Unknown = 2, Control = 3, UserDefined = 4;
    private const int LongestToken = 1024;

    /// <summary>Reads and checks them.</summary>
    /// <exception cref="BadInputException">The lists do not fit each other, or a token is damaged or there twice.</exception>
    public static GgufTokens Read(GgufVocabulary vocabulary, string path)
    {
        var (tokens, types) = (vocabulary.tokens, vocabulary.token_type);
        if (tokens.Count == 0) { throw new BadInputException($"{path}: tokenizer.ggml.tokens is empty"); }
        if (types.Count != tokens.Count)
        {
            throw new BadInputException($"{path}: tokenizer.ggml.token_type has {types.Count:N0} entries, expected {tokens.Count:N0}, one for each token");
        }
        var (text, special, added) = (new Vocabulary(), new Dictionary<string, int>(), new Dictionary<string, int>());
        foreach (var (id, token) in tokens.Index())
        {
            if (types[id] == Unused) { continue; }
            if (token.Length is 0 or > LongestToken) { throw Error($"has {token.Length:N0} letters, expected 1 to {LongestToken:N0}"); }
            var isNew = types[id] switch
            {
                Normal => text.TryAdd(ByteLetters.Read(token) ?? throw Error("is not spelt in byte letters"), id),
                Unknown or Control => special.TryAdd(token, id),
                UserDefined => added.TryAdd(token, id),
                _ => throw Error($"has the type {types[id]}, expected 1 (normal), 2 (unknown), 3 (control), 4 (user defined) or 5 (unused)"),
            };
            if (!isNew) { throw Error("is already the token of an earlier id"); }

            BadInputException Error(string what) => new($"{path}: token {id}, \"{Printable.Text(token)}\", {what}");
        }
        foreach (var name in special.Keys.Intersect(added.Keys)) { throw Twice(name, path); }
        return new(text, new(special), new(added));
    }

    private static BadInputException Twice(string name, string path) =>
        new($"{path}: \"{Printable.Text(name)}\" is both a control token and a user-defined one");
}
