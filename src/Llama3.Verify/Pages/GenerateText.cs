using System.Globalization;
using System.Text;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;
using Llama3.Reference.Generation;

namespace Llama3.Verify.Pages;

/// <summary>The texts of "generate".</summary>
internal static class GenerateText
{
    /// <summary>What a token adds to the text. A token that the vocabulary lacks, as an excerpt may, is shown by its number.</summary>
    public static string Added(StreamingDecoder decoder, int token)
    {
        try
        {
            return decoder.Add(token);
        }
        catch (BadInputException)
        {
            return $"{decoder.Finish()}<|{token}|>";
        }
    }

    /// <summary>The id of a token, after a comma unless it is the first.</summary>
    public static string Id(int token, bool isFirst) => isFirst ? $"{token}" : $",{token}";

    /// <summary>Why the text ended, and how fast it came.</summary>
    /// <param name="generator">The generator, which has ended.</param>
    /// <param name="prompt">How many tokens the prompt has.</param>
    /// <param name="count">How many tokens were printed.</param>
    /// <param name="seed">Null if nothing was drawn.</param>
    /// <param name="stop">The text of --stop that has ended it; null if none did.</param>
    public static string Report(TextGenerator generator, int prompt, int count, int? seed, string? stop)
    {
        var text = new StringBuilder($"{Tokens(count)}; {(stop is null ? Reason(generator) : $"stopped before {Printable.Quoted(stop)}, given by --stop")}\n");
        if (generator.PromptTime > TimeSpan.Zero)
        {
            text.Append(CultureInfo.InvariantCulture, $"prompt of {Tokens(prompt)} in {generator.PromptTime.TotalSeconds:F2} s");
            if (generator.Decoded > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $", then {generator.Decoded / generator.DecodeTime.TotalSeconds:F2} tokens per second");
            }
            text.Append('\n');
        }
        return seed is null ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $"seed {seed}\n").ToString();
    }

    private static string Tokens(int count) => count == 1 ? "1 token" : $"{count} tokens";

    private static string Reason(TextGenerator generator) => generator.Stopped switch
    {
        Stop.EndToken => $"stopped at {generator.End}",
        Stop.MaxTokens => "stopped at --max-tokens",
        _ => $"stopped: prompt and text fill --max-seq-len, {generator.max_seq_len}",
    };
}
