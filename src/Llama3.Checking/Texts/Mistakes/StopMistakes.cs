using Llama3.Checking.Texts.Ports;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;
using Llama3.Reference.Generation;

namespace Llama3.Checking.Texts.Mistakes;

/// <summary>Generated ids end too late, too early, or not at all.</summary>
internal static class StopMistakes
{
    private static readonly int EndOfText = SpecialTokens.Id("<|end_of_text|>"), EndOfMessage = SpecialTokens.Id(Llama3Template.EndOfMessage);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TextMistake> All { get; } =
    [
        Ids("stop_end_of_text_only", "only <|end_of_text|> (128001) stops", "stop at every id of eos_token_id in generation_config.json: 128009 ends a turn", ["vllm-project/vllm#4180", "ollama/ollama#3759"],
            _ => [EndOfText]),
        Ids("stop_first_id_only", "only the first of the ids that stop does", "stop at every id of the list", [], ids => [.. ids.Take(1)]),
        Ids("stop_eom_missing", "<|eom_id|> (128008) does not stop", "stop at 128001, 128008 and 128009, as the generation_config.json of 3.1 says", ["pie-project/pie#427"],
            ids => [.. ids.Where(id => id != EndOfMessage)]),
        Ids("stop_ids_ignored", "no id stops", "stop at the ids that end a text or a turn", [], _ => []),
        Text("stop_id_shown", "the token that stops is shown in the text", "leave the token that stops out of the text",
            text => text.Task.Ids.FirstOrDefault(text.Task.StopIds.Contains, -1) is >= 0 and var end && text.Stopped == text.TextOf(text.Before(text.Task.StopIds))
                ? text.Stopped + text.NameOf(end) : text.Stopped),
        Text("stop_texts_ignored", "texts that are to stop do not", "look for the texts that stop in what has been generated", text => text.TextOf(text.Before(text.Task.StopIds))),
        Text("stop_text_kept", "the text that stops is part of the answer", "cut the answer before the text that stops", text => Cut(text, text.Task.Stop, keep: true)),
        Text("stop_text_in_one_token", "a text that stops is looked for in each token alone, and missed where it is in several", "look for it in the text so far, not in the last token alone", InOneToken),
        Text("stop_text_at_the_end_only", "the text so far must end with the text that stops, which is missed if its last token goes on",
            "look for it anywhere in the text that is new", text => text.Growing(text.Task.StopIds)
                .Select(so_far => (so_far, stop: text.Task.Stop.FirstOrDefault(stop => so_far.EndsWith(stop, StringComparison.Ordinal))))
                .FirstOrDefault(found => found.stop is not null) is (var ended, { } end) ? ended[..^end.Length] : text.TextOf(text.Before(text.Task.StopIds))),
        Text("stop_token_of_text_dropped", "the whole token is dropped in which a text that stops begins or ends", "cut the text where the stop begins, inside a token too", WithoutToken),
        Text("stop_rest_of_token_kept", "after the text that stops, the rest of its last token is kept", "cut the answer before the text that stops, and drop all after it", text =>
            text.Growing(text.Task.StopIds).FirstOrDefault(so_far => text.Task.Stop.Any(stop => so_far.Contains(stop, StringComparison.Ordinal))) is { } ended
                ? text.Task.Stop.Aggregate(ended, (cut, stop) => cut.Replace(stop, "", StringComparison.Ordinal)) : text.Stopped),
        Text("stop_text_trimmed", "the white space around the answer is dropped", "cut the answer where the text begins that stops, and drop nothing else", text => text.Stopped.Trim()),
        Ids("stop_last_id_only", "only the last of the ids that stop does", "stop at every id of the list", [], ids => [.. ids.TakeLast(1)]),
        Text("stop_last_text_only", "only the last of the texts that stop does", "look for every text of the list", text => Cut(text, [.. text.Task.Stop.TakeLast(1)], keep: false)),
        Text("stop_text_from_the_end", "the answer is cut where the text that stops occurs last", "cut the answer where the text that stops occurs first", text =>
            text.TextOf(text.Before(text.Task.StopIds)) is var all && text.Task.Stop.Select(stop => all.LastIndexOf(stop, StringComparison.Ordinal)).Append(-1).Max() is >= 0 and var at ? all[..at] : all),
        Text("stop_first_text_only", "only the first of the texts that stop does", "look for every text of the list", text => Cut(text, [.. text.Task.Stop.Take(1)], keep: false)),
        Text("stop_texts_by_their_order", "the first text of the list that occurs stops, not the one that comes first in the answer", "of all texts that stop, take the one that comes first",
            text => text.TextOf(text.Before(text.Task.StopIds)) is var all && text.Task.Stop.FirstOrDefault(stop => all.Contains(stop, StringComparison.Ordinal)) is { } first
                ? all[..all.IndexOf(first, StringComparison.Ordinal)] : all),
    ];

    private static TextMistake Ids(string name, string mistake, string fix, string[] threads, Func<IReadOnlyList<int>, IReadOnlyList<int>> stops) => new(TextKind.Stops, name, mistake, fix,
        port => port with { Stop = text => port.Stop(text with { Task = text.Task with { StopIds = stops(text.Task.StopIds) } }) })
    {
        Threads = threads,
    };

    private static TextMistake Text(string name, string mistake, string fix, Func<GeneratedText, string> stop) => new(TextKind.Stops, name, mistake, fix, port => port with { Stop = stop });

    private static string Cut(GeneratedText text, IReadOnlyList<string> stops, bool keep)
    {
        var all = text.TextOf(text.Before(text.Task.StopIds));
        return StopTexts.First(all, stops) is var (at, stop) ? all[..(keep ? at + stop.Length : at)] : all;
    }

    private static string InOneToken(GeneratedText text)
    {
        var ids = text.Before(text.Task.StopIds);
        var count = ids.TakeWhile(id => !text.Task.Stop.Any(stop => text.TextOf([id]).Contains(stop, StringComparison.Ordinal))).Count();
        return count == ids.Count ? text.TextOf(ids) : Cut(text with { Task = text.Task with { Ids = [.. ids.Take(count + 1)] } }, [.. text.Task.Stop.Where(stop => text.TextOf([ids[count]]).Contains(stop, StringComparison.Ordinal))], keep: false);
    }

    /// <summary>The text of all tokens that end before the stop begins.</summary>
    private static string WithoutToken(GeneratedText text) =>
        text.Growing(text.Task.StopIds).Where(so_far => text.Stopped.StartsWith(so_far, StringComparison.Ordinal)).LastOrDefault() ?? "";
}
