using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Mistakes;
using Llama3.Checking.Texts.Ports;
using Llama3.Checking.Texts.Tasks;

namespace Llama3.Checking.Tests.Texts;

/// <summary>Every mistake is called by its name, and by no other's. LLAMA3_LONG_TESTS=1 makes all of them, not some.</summary>
public sealed class MatrixTests
{
    private const int Every = 6;

    /// <summary>Only where an order is asked for can there be another one.</summary>
    private static readonly Dictionary<string, SamplingOrder> Orders = new()
    {
        ["sampling_temperature_first"] = SamplingOrder.TemperatureLast,
        ["sampling_temperature_last"] = SamplingOrder.TemperatureFirst,
    };

    public static TheoryData<string> Mistakes => [.. LongTests.Some(TextMistakes.All, Every).Select(mistake => mistake.Name)];

    [Theory(DisplayName = "texts: a mistake is called by its own name, in its own kind and wherever else it shows:"), MemberData(nameof(Mistakes))]
    public void Named(string name)
    {
        var mistake = TextMistakes.All.Single(mistake => mistake.Name == name);
        var tasks = Orders.TryGetValue(name, out var order) ? TextTasks.All.Select(task => task.Sampling is { } given ? task with { Sampling = given with { Order = order } } : task) : TextTasks.All;
        var report = Answers.Report([mistake], tasks);
        report.Kinds.Single(kind => kind.Kind == mistake.Kind).Mistakes.Should().ContainSingle().Which.Should().Match<FoundMistake>(found => found.Others.Count == 0);
        Answers.Names(report).Should().Equal(name);
        report.Kinds.Sum(kind => kind.Unexplained).Should().Be(0);
    }

    [Fact(DisplayName = "texts: two mistakes at once are both named, or one of them, or it is said that several fit; never a third alone")]
    public void Two_at_once()
    {
        var random = new Random(21);
        for (var round = 0; round < LongTests.Rounds(8, 60); round++)
        {
            var first = TextMistakes.All[random.Next(TextMistakes.All.Count)];
            var others = TextMistakes.All.Where(mistake => mistake != first && (round % 2 == 0 || mistake.Kind == first.Kind)).ToList();
            TextMistake[] made = [first, others[random.Next(others.Count)]];
            var tasks = TextTasks.All.Where(_ => round % 3 > 0 || random.Next(3) == 0).ToList();
            var strangers = Answers.Report(made, tasks).Kinds.SelectMany(kind => kind.Mistakes)
                .Where(found => found.Together.Except(made).Any() && !found.Others.Intersect(made).Any()).SelectMany(found => found.Together).Except(made);
            strangers.Select(mistake => mistake.Name).Should().BeEmpty("what was made is {0}, in {1} tasks", string.Join(" and ", made.Select(mistake => mistake.Name)), tasks.Count);
        }
    }

    public static TheoryData<string> Unknown => [.. LongTests.Some(Strangers.Keys, 3)];

    [Theory(DisplayName = "texts: what is no known mistake is seen, and gets no name:"), MemberData(nameof(Unknown))]
    public void Unnamed(string name)
    {
        var report = TextReport.Of(Answers.Of(Strangers[name](new TextPort(Answers.Excerpt)), TextTasks.All), Answers.Excerpt, TextTasks.All);
        report.Kinds.Should().Contain(kind => !kind.Passed);
        Answers.Names(report).Should().BeEmpty();
    }

    [Fact(DisplayName = "texts: names are those of the catalogue of tensors only where the mistake is the same")]
    public void Unique_names()
    {
        TextMistakes.All.Select(mistake => mistake.Name).Should().OnlyHaveUniqueItems();
        TextMistakes.All.Should().HaveCountGreaterThan(100);
        foreach (var mistake in TextMistakes.All)
        {
            var same = Checking.Mistakes.KnownMistakes.Everything.SingleOrDefault(known => known.Name == mistake.Name);
            if (same is not null) { (mistake.Mistake, mistake.Fix).Should().Be((same.Mistake, same.Fix)); }
        }
    }

    [Fact(DisplayName = "docs: the mistakes with texts")]
    public void Page() => Readme.ShouldHold("text mistakes", string.Join("\n\n", TextMistakes.All.GroupBy(mistake => mistake.Kind).Select(Table)), Readme.Texts);

    private static string Table(IGrouping<TextKind, TextMistake> kind) => $"### {TaskReader.Name(kind.Key)}\n\n| name | what goes wrong | fix | seen in |\n| --- | --- | --- | --- |\n"
        + string.Join('\n', kind.Select(mistake => $"| `{mistake.Name}` | {Escaped(mistake.Mistake)} | {Escaped(mistake.Fix)} | {string.Join(", ", mistake.Threads.Zip(mistake.Urls, (thread, url) => $"[{thread}]({url})"))} |"));

    /// <summary>Names of tokens and patterns are no HTML and no columns.</summary>
    private static string Escaped(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);

    [SkippableFact(DisplayName = "texts: the excerpt gives every answer, right or wrong, that Llama 3's whole vocabulary gives")]
    public void Excerpt_is_enough()
    {
        var (whole, excerpt) = (new TextPort(TestTokenizers.Llama3()), new TextPort(Answers.Excerpt));
        var counted = new[] { "special_ids_counted", "ids_counted" };
        foreach (var (name, mistake) in TextMistakes.All.Where(mistake => !counted.Contains(mistake.Name)).Select(mistake => (mistake.Name, mistake.Made)).Prepend(("nothing", port => port)))
        {
            var (right, excerpted) = (mistake(whole), mistake(excerpt));
            TextTasks.All.Where(task => !right.Answer(task).Allows(excerpted.Answer(task), task)).Select(task => task.Id).Should().BeEmpty("{0} changes them", name);
        }
    }

    private static Dictionary<string, Func<TextPort, TextPort>> Strangers { get; } = new()
    {
        ["numbers of two digits"] = port => port with { Cut = new RegexCut(@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,2}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+").Pieces },
        ["pieces at each space"] = port => port with { Cut = new RegexCut(@"\s?\S+|\s+").Pieces },
        ["small letters"] = port => port with { Prepare = text => text.ToLowerInvariant() },
        ["tabs as spaces"] = port => port with { Prepare = text => text.Replace('\t', ' ') },
        ["the last merge left out"] = port => port with { Merge = (vocabulary, bytes) => bytes.Length < 3 ? port.Merge(vocabulary, bytes) : [.. port.Merge(vocabulary, bytes[..^1]), vocabulary.Rank(bytes[^1])] },
        ["<|eot_id|> twice"] = port => port with { Layout = segments => segments.SelectMany(segment => segment.Text == "<|eot_id|>" ? [segment, segment] : new[] { segment }) },
        ["three newlines"] = port => port with { Layout = segments => segments.Select(segment => segment.Text == "\n\n" ? segment with { Text = "\n\n\n" } : segment) },
        ["the second stop alone"] = port => port with { Stop = text => port.Stop(text with { Task = text.Task with { StopIds = [.. text.Task.StopIds.Skip(1)] } }) },
        ["the temperature's root"] = port => port with { Sampler = new SamplingSteps { Divide = (score, temperature) => score / Math.Sqrt(temperature) }.Of },
        ["top-p a tenth too large"] = port => port with { Sampler = (sampling, order) => port.Sampler(sampling with { TopP = Math.Min(1, sampling.TopP * 1.1) }, order) },
    };
}
