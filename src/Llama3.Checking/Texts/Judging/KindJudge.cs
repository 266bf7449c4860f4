using Llama3.Checking.Texts.Mistakes;
using Llama3.Checking.Texts.Ports;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Judging;

/// <summary>Judges the answers of one kind, and looks for the mistakes that give exactly the wrong ones.</summary>
/// <remarks>
/// A mistake, or two together, is named if all answers are its, the right ones too. Where none is, more may have been made: a mistake is
/// named then if all answers that it changes are its, and these are many.
/// </remarks>
internal sealed class KindJudge
{
    /// <summary>Tasks of more letters, ids or scores are judged, and mistakes are not tried on them.</summary>
    public const int Longest = 100_000;

    /// <summary>Where the shortest wrong text is longer, two mistakes at once are not tried.</summary>
    private const int LongestOfPairs = 4_000;

    private readonly TextKind _kind;
    private readonly IReadOnlyList<AnsweredTask> _answered;
    private readonly IReadOnlyList<Way> _ways;
    private Way _best;
    private IReadOnlyList<TextMistake> _possible = [];

    /// <summary>Holds all answers against each right way.</summary>
    public KindJudge(ITokenizer tokenizer, TextKind kind, IReadOnlyList<AnsweredTask> answered)
    {
        (_kind, _answered) = (kind, answered);
        var (right, ways) = (new TextPort(tokenizer), new List<Way>());
        foreach (var honest in HonestWay.Of(kind))
        {
            ways.Add(new Way(honest.Aggregate(right, (port, way) => way.Made(port)), honest, answered));
            if (ways[^1].Wrong.Count == 0) { break; }
        }
        // The first of them is the best, until a mistake is found in another.
        _ways = [.. ways.OrderBy(way => way.Wrong.Count)];
        _best = _ways[0];
    }

    /// <summary>All that is found.</summary>
    /// <param name="unanswered">Tasks of the list that were not answered.</param>
    /// <param name="kinds">What is said of the kinds before this one.</param>
    public KindReport Report(IReadOnlyList<TextTask> unanswered, IReadOnlyList<KindReport> kinds)
    {
        _possible = [.. TextMistakes.All.Where(mistake => IsPossible(mistake, kinds))];
        var known = kinds.SelectMany(kind => kind.Mistakes).Where(found => found.Others.Count == 0).SelectMany(found => found.Together).ToHashSet();
        var found = _best.Tried.Count == 0 ? [] : AsKnown(known) ?? Alone() ?? InPairs() ?? InPart();
        var explained = found.Any(mistake => mistake.Explained == _best.Tried.Count) ? _best.Tried.Count : found.Sum(mistake => mistake.Explained);
        return new(_kind, _answered, unanswered, _best.Wrong, _best.Ways, found, Math.Max(0, _best.Wrong.Count(wrong => !wrong.Answered.IsError) - explained));
    }

    /// <summary>
    /// What is put in front of a prompt may be wrong in conversations alone. A mistake of texts shows in prompts and conversations too, and one of
    /// streams where something stops; but not if it was not found in its own kind, where it would show.
    /// </summary>
    private bool IsPossible(TextMistake mistake, IReadOnlyList<KindReport> kinds)
    {
        if (mistake.Kind == _kind) { return true; }
        if ((mistake.Kind, _kind) is (TextKind.Prompt, TextKind.Conversation)) { return true; }
        if ((mistake.Kind, _kind) is not ((TextKind.Encode, TextKind.Prompt or TextKind.Conversation) or (TextKind.Stream, TextKind.Stops))) { return false; }
        var own = kinds.Single(kind => kind.Kind == mistake.Kind);
        return !own.IsAnswered || own.Mistakes.Any(found => found.Together.Concat(found.Others).Contains(mistake))
            || (own.Passed && mistake.Made(_ways[0].Port) is var port && own.Answered.All(task => _ways[0].Port.Answer(task.Task).Allows(port.Answer(task.Task), task.Task)));
    }

    /// <summary>What was found in other kinds may be all that is wrong here.</summary>
    private IReadOnlyList<FoundMistake>? AsKnown(HashSet<TextMistake> known)
    {
        TextMistake[] here = [.. _possible.Where(known.Contains)];
        if (here.Length == 0 || _ways.FirstOrDefault(way => IsAll(here.Aggregate(way.Port, (port, mistake) => mistake.Made(port)))) is not { } found) { return null; }
        _best = found;
        var shown = here.Where(mistake => mistake.Made(_best.Port) is var port && _answered.Any(task => !_best.Port.Answer(task.Task).Allows(port.Answer(task.Task), task.Task)));
        return [All([.. shown], [])];
    }

    private IReadOnlyList<FoundMistake>? Alone()
    {
        foreach (var way in _ways)
        {
            TextMistake[] found = [.. _possible.Where(mistake => IsAll(mistake.Made(way.Port)))];
            if (found is not [var first, .. var others]) { continue; }
            _best = way;
            return [All([first], others)];
        }
        return null;
    }

    /// <summary>With one wrong answer alone, any two mistakes might meet by chance.</summary>
    private IReadOnlyList<FoundMistake>? InPairs()
    {
        if (_best.Tried.Count < 2 || _best.Tried.Min(wrong => wrong.Answered.Size) > LongestOfPairs) { return null; }
        foreach (var way in _ways)
        {
            var pairs = Pairs(way.Port);
            if (pairs.Count == 0) { continue; }
            _best = way;
            return Either(pairs);
        }
        return null;
    }

    /// <summary>Of several pairs, what they have in common was made, and one of the others.</summary>
    private IReadOnlyList<FoundMistake>? Either(List<HashSet<TextMistake>> pairs)
    {
        if (pairs is [var only]) { return [All([.. only], [])]; }
        var common = pairs.Aggregate(_possible.AsEnumerable(), (left, pair) => left.Intersect(pair)).ToList();
        return common is [var certain] && pairs.SelectMany(pair => pair).Where(mistake => mistake != certain).ToList() is [var first, .. var others] ? [All([certain, first], others)] : null;
    }

    private List<HashSet<TextMistake>> Pairs(TextPort port)
    {
        var pairs = new List<HashSet<TextMistake>>();
        foreach (var first in _possible)
        {
            var wrong = first.Made(port);
            foreach (var second in _possible.Where(second => second != first && IsAll(second.Made(wrong))))
            {
                if (!pairs.Any(pair => pair.SetEquals([first, second]))) { pairs.Add([first, second]); }
            }
        }
        return pairs;
    }

    private FoundMistake All(IReadOnlyList<TextMistake> together, IReadOnlyList<TextMistake> others) => new(together, others, _best.Tried.Count, _best.Tried.Count);

    private List<FoundMistake> InPart()
    {
        var (found, left) = (new List<FoundMistake>(), _best.Tried.ToHashSet());
        var parts = _possible.Select(mistake => new Part(mistake, _best, _answered)).Where(part => part.IsLikely).ToList();
        while (parts.MaxBy(part => part.Explained.Count(left.Contains)) is { } largest && largest.Explained.Count(left.Contains) is > 0 and var count)
        {
            found.Add(new([largest.Mistake], [.. parts.Where(part => part != largest && part.Explained.SequenceEqual(largest.Explained)).Select(part => part.Mistake)], count, largest.Changed));
            left.ExceptWith(largest.Explained);
        }
        return found;
    }

    /// <summary>Whether all answers are a port's; short tasks that are wrong come first, because most ports fail there.</summary>
    private bool IsAll(TextPort port) => _best.ShortestFirst.All(task => port.Answer(task.Task).Allows(task.Answer, task.Task));

    /// <summary>No mistake gives an error, and on long tasks none is tried.</summary>
    private static bool IsTried(AnsweredTask task) => !task.IsError && task.Size <= Longest;

    /// <summary>A right way, and the answers that are wrong by it.</summary>
    private sealed class Way
    {
        public Way(TextPort port, IReadOnlyList<HonestWay> ways, IReadOnlyList<AnsweredTask> answered)
        {
            (Port, Ways) = (port, ways);
            Wrong = [.. answered.Select(task => new WrongAnswer(task, port.Answer(task.Task))).Where(wrong => !wrong.Expected.Allows(wrong.Answered.Answer, wrong.Answered.Task))];
            var isWrong = Wrong.Select(wrong => wrong.Answered).ToHashSet();
            Tried = [.. Wrong.Where(wrong => IsTried(wrong.Answered))];
            ShortestFirst = [.. answered.Where(IsTried).OrderByDescending(isWrong.Contains).ThenBy(task => task.Size)];
        }

        public TextPort Port { get; }

        public IReadOnlyList<HonestWay> Ways { get; }

        public IReadOnlyList<WrongAnswer> Wrong { get; }

        /// <summary>Those of them for which mistakes are looked for.</summary>
        public IReadOnlyList<WrongAnswer> Tried { get; }

        public IReadOnlyList<AnsweredTask> ShortestFirst { get; }
    }

    /// <summary>A mistake that may be one of several.</summary>
    private sealed class Part
    {
        /// <summary>Fewer answers might be alike by chance.</summary>
        private const int Few = 3;

        private readonly bool _isAgainst;
        private readonly int _wrong;

        public Part(TextMistake mistake, Way way, IReadOnlyList<AnsweredTask> answered)
        {
            (Mistake, Explained, _wrong) = (mistake, [], way.Tried.Count);
            var (port, wrong) = (mistake.Made(way.Port), way.Wrong.ToDictionary(answer => answer.Answered));
            foreach (var task in answered.Where(IsTried))
            {
                var given = port.Answer(task.Task);
                if (!wrong.TryGetValue(task, out var answer))
                {
                    _isAgainst = !given.Allows(task.Answer, task.Task);
                    if (_isAgainst) { return; }
                }
                else if (!answer.Expected.Allows(given, task.Task))
                {
                    Changed++;
                    if (given.Allows(task.Answer, task.Task)) { Explained.Add(answer); }
                }
            }
        }

        public TextMistake Mistake { get; }

        public List<WrongAnswer> Explained { get; }

        public int Changed { get; private set; }

        public bool IsLikely => !_isAgainst && Explained.Count == Changed && Explained.Count >= Math.Max(Few, _wrong / 4);
    }
}
