using System.Text;
using LLama;
using LLama.Native;
using Llama3.Checking.Goldens;
using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Tasks;

namespace Llama3.LlamaCpp.Tests;

/// <summary>llama.cpp as a port whose texts are judged: its tokenizer, its template, its pieces and its samplers agree.</summary>
[Collection(nameof(LlamaCppRuns))]
public sealed class TextTests(LlamaCppRuns runs)
{
    private const int LongestPiece = 512;

    [SkippableTheory(DisplayName = "llama.cpp's texts agree:")]
    [InlineData("encode"), InlineData("prompt"), InlineData("conversation"), InlineData("stream")]
    public void Agrees(string kind)
    {
        var path = runs.Gguf(MicroModel.Micro, "f32"); // First: it loads the library.
        var settings = LLamaModelParams.Default();
        settings.vocab_only = true;
        using var model = SafeLlamaModelHandle.LoadFromFile(path, settings);
        var tasks = TextTasks.All.Where(task => TaskReader.Name(task.Kind) == kind && !task.IsLlama31 && !task.IsDated && !HasTools(task));
        AssertAgrees(tasks, task => Answer(model, task));
    }

    [SkippableFact(DisplayName = "llama.cpp's samplers agree: top-k, top-p, min-p, temperature, in their order")]
    public void Samplers()
    {
        LlamaCppLibrary.SkipWhereItDoesNotLoad();
        AssertAgrees(
            TextTasks.All.Where(task => task.Kind == TextKind.Sampling).Select(task => task with { Sampling = task.Sampling! with { Order = SamplingOrder.TemperatureLast } }),
            task => new ProbabilitiesAnswer(Drawn(task.Sampling!)));
    }

    private static void AssertAgrees(IEnumerable<TextTask> tasks, Func<TextTask, TextAnswer> answer)
    {
        AnsweredTask[] answered = [.. tasks.Select(task => new AnsweredTask(task, answer(task)))];
        answered.Should().HaveCountGreaterThan(5);
        TextReport.Of(answered, MicroModel.Micro.Checkpoint.tokenizer, TextTasks.All).Kinds.SelectMany(kind => kind.Wrong).Select(wrong => wrong.Answered.Task.Id).Should().BeEmpty();
    }

    private static bool HasTools(TextTask task) => task.Conversation?.messages.Any(message => message.tool_calls.Count > 0 || message.role == "tool") == true;

    private static TextAnswer Answer(SafeLlamaModelHandle model, TextTask task) => task.Kind switch
    {
        TextKind.Encode => new IdsAnswer(Ids(model, task.Text, addBos: false, task.IsSpecial)),
        TextKind.Prompt => new IdsAnswer(Ids(model, task.Text, addBos: true, special: false)),
        TextKind.Conversation => new IdsAnswer(Ids(model, Rendered(task), addBos: true, special: true)),
        _ => new StringAnswer(Text(model, task)),
    };

    private static int[] Ids(SafeLlamaModelHandle model, string text, bool addBos, bool special) => [.. model.Tokenize(text, addBos, special, Encoding.UTF8).Select(token => (int)token)];

    /// <summary>Its own template of that name.</summary>
    private static string Rendered(TextTask task)
    {
        var template = new LLamaTemplate("llama3") { AddAssistant = true };
        foreach (var message in task.Conversation!.messages) { template.Add(message.role, message.content); }
        return Encoding.UTF8.GetString(template.Apply());
    }

    private static string Text(SafeLlamaModelHandle model, TextTask task)
    {
        var bytes = new List<byte>();
        Span<byte> piece = stackalloc byte[LongestPiece];
        foreach (var id in task.Ids) { bytes.AddRange(piece[..(int)model.TokenToSpan(id, piece, 0, task.IsSpecial)]); }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static Dictionary<int, double> Drawn(Sampling sampling)
    {
        using var chain = SafeLLamaSamplerChainHandle.Create(LLamaSamplerChainParams.Default());
        if (sampling.TopK is { } k) { chain.AddTopK(k); }
        if (sampling.TopP < 1) { chain.AddTopP((float)sampling.TopP, 1); }
        if (sampling.MinP > 0) { chain.AddMinP((float)sampling.MinP, 1); }
        chain.AddTemperature((float)sampling.Temperature);
        var tokens = LLamaTokenDataArray.Create([.. sampling.Logits.Select(logit => (float)logit)]);
        using (LLamaTokenDataArrayNative.Create(tokens, out var native))
        {
            chain.Apply(ref native);
            (int Id, double Logit)[] left = [.. native.Data.ToArray().Select(token => ((int)token.ID, (double)token.Logit)).Where(token => double.IsFinite(token.Item2))];
            var sum = left.Sum(token => Math.Exp(token.Logit - left.Max(other => other.Logit)));
            return left.ToDictionary(token => token.Id, token => Math.Exp(token.Logit - left.Max(other => other.Logit)) / sum);
        }
    }
}
