using System.Diagnostics;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;
using Llama3.Reference.Caching;

namespace Llama3.Reference.Generation;

/// <summary>Continues a text: computes the prompt once, then one new token after the other with a <see cref="KeyValueCache"/>.</summary>
/// <remarks>Not to be shared between threads.</remarks>
/// <param name="checkpoint">The model.</param>
/// <param name="dtype">bfloat16 or float32.</param>
/// <param name="sampler">Chooses the tokens.</param>
internal sealed class TextGenerator(Checkpoint checkpoint, ScalarType dtype, Sampler sampler)
{
    /// <summary>How many tokens of a long prompt are computed at a time: the scores of all at once would take much memory.</summary>
    private const int ChunkSize = 256;

    private readonly Llama3Model _model = new(checkpoint, dtype);
    private readonly ITokenizer? _tokenizer = checkpoint.has_tokenizer ? checkpoint.tokenizer : null;
    private readonly IReadOnlySet<int> _stop_ids = checkpoint.stop_ids;

    /// <summary>How many tokens prompt and text may have together. Meta's default.</summary>
    public int max_seq_len { get; init; } = Steps.Prompt.MaxTokens;

    /// <summary>Why the last text ended; null before.</summary>
    public Stop? Stopped { get; private set; }

    /// <summary>The token that ended it, as text; null if none did.</summary>
    public string? End { get; private set; }

    /// <summary>How long the prompt took.</summary>
    public TimeSpan PromptTime { get; private set; }

    /// <summary>How many tokens have been computed after the prompt: each token that was returned and is followed by another, or by an end.</summary>
    public int Decoded { get; private set; }

    /// <summary>How long these took, choosing included.</summary>
    public TimeSpan DecodeTime { get; private set; }

    /// <summary>The tokens that follow a prompt, each as soon as it is known. What ends the text is not among them.</summary>
    /// <param name="prompt">At least one token.</param>
    /// <param name="max_tokens">How many are wanted at most.</param>
    /// <exception cref="BadInputException">The prompt is longer than <see cref="max_seq_len"/>, or a number is negative.</exception>
    public IEnumerable<int> Generate(IReadOnlyList<int> prompt, int max_tokens)
    {
        if (max_tokens < 0) { throw new BadInputException($"{max_tokens} tokens are asked for; expected 0 or more"); }
        if (max_seq_len < 1) { throw new BadInputException($"max-seq-len is {max_seq_len}; expected 1 or more"); }
        return prompt.Count <= max_seq_len
            ? Tokens(prompt, Math.Min(max_tokens, max_seq_len - prompt.Count), max_tokens)
            : throw new BadInputException($"the prompt has {prompt.Count} tokens; at most {max_seq_len} fit (max-seq-len)");
    }

    private IEnumerable<int> Tokens(IReadOnlyList<int> prompt, int most, int asked)
    {
        (Stopped, End, PromptTime, Decoded, DecodeTime) = (null, null, TimeSpan.Zero, 0, TimeSpan.Zero);
        using var cache = new KeyValueCache(checkpoint.Params, dtype, max_seq_len);
        for (var (count, tokens) = (0, prompt); count < most; count++)
        {
            var token = Next(tokens, cache);
            if (EndBy(token) is { } end)
            {
                (Stopped, End) = (Stop.EndToken, end);
                yield break;
            }
            yield return token;
            tokens = [token];
        }
        Stopped = most == asked ? Stop.MaxTokens : Stop.MaxSeqLen;
    }

    /// <summary>The token as text, if it ends texts; as its id, if it has none.</summary>
    private string? EndBy(int token)
    {
        if (!_stop_ids.Contains(token)) { return null; }
        try
        {
            return _tokenizer?.decode([token]) ?? SpecialTokens.Named.Name(token) ?? $"{token}";
        }
        catch (BadInputException)
        {
            return $"{token}"; // An excerpt of a vocabulary may lack it.
        }
    }

    /// <summary>Computes some tokens and chooses what follows them.</summary>
    private int Next(IReadOnlyList<int> tokens, KeyValueCache cache)
    {
        using var temporaries = torch.NewDisposeScope();
        var (start, isPrompt) = (Stopwatch.GetTimestamp(), cache.Length == 0);
        Tensor? logits = null;
        foreach (var chunk in tokens.Select(token => (long)token).Chunk(ChunkSize)) { logits = _model.forward(torch.tensor(chunk), cache); }
        var next = sampler.Next(logits!);
        if (isPrompt) { PromptTime = Stopwatch.GetElapsedTime(start); }
        else { (Decoded, DecodeTime) = (Decoded + 1, DecodeTime + Stopwatch.GetElapsedTime(start)); }
        return next;
    }
}
