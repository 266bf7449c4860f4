using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Llama3.Checking.Goldens;
using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;
using Microsoft.ML.Tokenizers;

namespace Llama3.Formats.Tests.Tokenizers;

/// <summary>Microsoft.ML.Tokenizers, which we did not write, gives the same ids as our own engine. Neither depends on which of them is compiled in.</summary>
public sealed class MicrosoftTests
{
    private const string FileName = "tokenizer.model";
    private const string Texts = "fixtures/micro/tokenizer_texts.json";

    /// <summary>Rust takes it for an s of another case, and .NET does not.</summary>
    private const char LongS = 'ſ';

    /// <summary>Every text that is committed, in 32 scripts and more.</summary>
    private static string[] Committed { get; } =
    [
        .. Expectation.All.Select(expectation => expectation.Subject), .. ScriptExpectation.All.Select(expectation => expectation.text),
        .. JsonDocument.Parse(Fixtures.Read(Texts)).RootElement.GetProperty("texts").EnumerateArray().Select(text => text.GetProperty("text").GetString()!),
    ];

    [Fact(DisplayName = "Microsoft.ML.Tokenizers: it merges every committed text alike (ranks of the micro vocabulary)")]
    public void Merges_micro() => AssertAlike(Micro());

    [SkippableFact(DisplayName = "Microsoft.ML.Tokenizers: it merges every committed text alike (ranks of Llama 3)")]
    public void Merges_llama3() => AssertAlike(Llama3());

    [Fact(DisplayName = "Microsoft.ML.Tokenizers: each token of the micro vocabulary is encoded alike")]
    public void Tokens_micro() => AssertTokensAlike(Micro(), atLeast: 400);

    [SkippableFact(DisplayName = "Microsoft.ML.Tokenizers: each token of Llama 3 is encoded alike")]
    public void Tokens_llama3() => AssertTokensAlike(Llama3(), atLeast: 126_648);

    [Fact(DisplayName = "Microsoft.ML.Tokenizers: it also cuts alike, by the pattern of tokenizer.json, where .NET's regular expressions see whole letters")]
    public void Cuts_alike()
    {
        var (ours, theirs) = (Tokenizer(Micro(), vocabulary => new BytePairEngine(vocabulary)), Whole(Micro()));
        var texts = Committed.Where(text => !text.Any(letter => char.IsSurrogate(letter) || letter == LongS)).ToList();
        texts.Should().HaveCountGreaterThan(1500);
        foreach (var text in texts) { theirs.EncodeToIds(text).Should().Equal(ours.encode_ordinary(text), "the text is \"{0}\"", text); }
    }

    [Fact(DisplayName = "Microsoft.ML.Tokenizers: special tokens in a text have the same ids, and ids the same text")]
    public void Special_tokens()
    {
        const string Text = "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nthe answer, é?<|eot_id|><|reserved_special_token_250|>";
        var (ours, theirs) = (Tokenizer(Micro(), vocabulary => new BytePairEngine(vocabulary)), Whole(Micro()));
        var ids = ours.encode(Text, allowed_special: true);
        theirs.EncodeToIds(Text).Should().Equal(ids);
        theirs.Decode(ids).Should().Be(ours.decode(ids)).And.Be(Text);
    }

    [Fact(DisplayName = "Microsoft.ML.Tokenizers: it answers the texts of llama3verify texts as is right, but where .NET's regular expressions see halves of letters")]
    public void Texts_to_judge()
    {
        var tasks = TextTasks.All.Where(task => task.Kind == TextKind.Encode && !task.Text.Any(char.IsSurrogate)).ToList();
        AnsweredTask[] answered = [.. tasks.Select(task => new AnsweredTask(task, new IdsAnswer(Whole(Micro(), NamesOf(task)).EncodeToIds(task.Text))))];
        answered.Should().HaveCountGreaterThan(150);
        TextReport.Of(answered, MicroModel.Micro.Checkpoint.tokenizer, TextTasks.All).Kinds.SelectMany(kind => kind.Wrong).Select(wrong => wrong.Answered.Task.Id).Should().BeEmpty();
    }

    private static Dictionary<string, int> NamesOf(TextTask task) => !task.IsSpecial ? [] : task.IsLlama31 ? new(SpecialTokens.AddedIn31) : new(SpecialTokens.Ids);

    private static void AssertAlike(byte[] file)
    {
        var (ours, theirs) = Both(file);
        Committed.Should().HaveCountGreaterThan(2400);
        foreach (var text in Committed) { theirs.encode_ordinary(text).Should().Equal(ours.encode_ordinary(text), "the text is \"{0}\"", text); }
    }

    private static void AssertTokensAlike(byte[] file, int atLeast)
    {
        var (ours, theirs) = Both(file);
        var texts = TiktokenFile.Read(new MemoryStream(file), FileName).Ranks.Select(entry => entry.Token)
            .Where(token => System.Text.Unicode.Utf8.IsValid(token)).Select(Encoding.UTF8.GetString).ToList();
        texts.Should().HaveCountGreaterThanOrEqualTo(atLeast);
        texts.Where(text => !theirs.encode_ordinary(text).SequenceEqual(ours.encode_ordinary(text))).Should().BeEmpty();
    }

    private static (Llama3Tokenizer Ours, Llama3Tokenizer Theirs) Both(byte[] file) =>
        (Tokenizer(file, vocabulary => new BytePairEngine(vocabulary)), Tokenizer(file, vocabulary => new MicrosoftEngine(vocabulary)));

    private static Llama3Tokenizer Tokenizer(byte[] file, Func<Vocabulary, IBytePairEngine> engine) => Llama3Tokenizer.Read(new MemoryStream(file), FileName, engine);

    /// <summary>All of the library's own: its regular expression, its merges, its special tokens.</summary>
    private static TiktokenTokenizer Whole(byte[] file) => Whole(file, SpecialTokens.Ids);

    private static TiktokenTokenizer Whole(byte[] file, IReadOnlyDictionary<string, int> special) => TiktokenTokenizer.Create(
        new MemoryStream(file), new RegexPreTokenizer(new Regex(TokenizerJson.Pattern, RegexOptions.CultureInvariant), special), normalizer: null, special);

    private static byte[] Micro() => MicroModel.Micro.Read(FileName);

    private static byte[] Llama3() => File.ReadAllBytes(TestTokenizers.Llama3File());
}
