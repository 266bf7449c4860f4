using System.Text.Json;
using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Reference;
using Llama3.Reference.Caching;
using LlamaCpp;

namespace Llama3.LlamaCpp.Tests;

/// <summary>The plain model, which generates text, beside llama.cpp on the same file: the logits of a prompt and of the tokens after it.</summary>
[Collection(nameof(LlamaCppRuns))]
public sealed class LogitsTests(LlamaCppRuns runs)
{
    private const int Tokens = 20;

    /// <summary>The limit of --precision q8 against goldens; it was measured to be 0.075 at most.</summary>
    private const double OfQuantised = 0.15;

    [SkippableFact(DisplayName = "logits of a prompt and 20 tokens after it are llama.cpp's, in float32")]
    public void In_float32() => Compare(runs.Gguf(MicroModel.Micro, "f32"), Prompt(MicroModel.Micro), nearest: 1e-5);

    [SkippableTheory(DisplayName = "of quantised files they are as near as 8-bit products allow:")]
    [InlineData("q8_0")]
    [InlineData("q4_k")]
    public void Quantised(string type)
    {
        LongTests.SkipUnlessAskedFor();
        Compare(runs.Gguf(MicroModel.Named("micro-3.2"), type), Prompt(MicroModel.Named("micro-3.2")), OfQuantised);
    }

    [SkippableFact(DisplayName = "of SmolLM2-135M-Instruct too, and llama.cpp goes on with the same 20 tokens, or with one as good")]
    public void Of_a_real_model()
    {
        var path = SmolLm.File();
        LlamaCppLibrary.SkipWhereItDoesNotLoad();
        using var checkpoint = Checkpoint.Open(path);
        long[] prompt = [.. checkpoint.tokenizer.encode("<|im_start|>user\nWhat is 6 times 7?<|im_end|>\n<|im_start|>assistant\n", allowed_special: true)];
        Compare(path, prompt, OfQuantised);
    }

    private static long[] Prompt(MicroModel model) => [.. model.Article.Results(ScalarType.Float32)[ArticleSteps.tokens.id].tensor.ToInt64s()];

    private void Compare(string gguf, long[] prompt, double nearest)
    {
        var ours = Ours(gguf, prompt);
        var theirs = Theirs(gguf, prompt, [.. ours.SkipLast(1).Select(pass => pass.Next)]);
        foreach (var (own, other) in ours.Zip(theirs))
        {
            var distance = Comparison.DistanceBetween(other.Logits, own.Logits);
            distance.Should().BeLessThan(nearest);
            // Of two tokens that are nearer than numbers may differ either is right: llama.cpp's own builds for other processors choose differently.
            var apart = own.Logits[own.Next] - own.Logits[other.Next];
            apart.Should().BeLessThanOrEqualTo((float)(4 * distance * RootMeanSquare(own.Logits)), "{0} follows, llama.cpp goes on with {1}", own.Next, other.Next);
        }
    }

    private static double RootMeanSquare(float[] numbers) => Math.Sqrt(numbers.Average(number => (double)number * number));

    /// <summary>The logits, and the token that each pass is followed by.</summary>
    private static List<(float[] Logits, long Next)> Ours(string gguf, long[] prompt)
    {
        using var scope = torch.NewDisposeScope();
        using var checkpoint = Checkpoint.Open(gguf);
        using var cache = new KeyValueCache(checkpoint.Params, ScalarType.Float32, prompt.Length + Tokens);
        var (model, passes, tokens) = (new Llama3Model(checkpoint, ScalarType.Float32), new List<(float[] Logits, long Next)>(), prompt);
        for (var pass = 0; pass <= Tokens; pass++)
        {
            var logits = model.forward(torch.tensor(tokens), cache).ToSingles();
            passes.Add((logits, Array.IndexOf(logits, logits.Max())));
            tokens = [passes[^1].Next];
        }
        return passes;
    }

    private List<(float[] Logits, long Next)> Theirs(string gguf, long[] prompt, long[] after)
    {
        var (inputs, output) = (runs.File("logits.json"), runs.File("logits.safetensors"));
        File.WriteAllText(inputs, JsonSerializer.Serialize(new { tokens = prompt, decode = after.Select(token => new[] { token }) }));
        LlamaCppDump.Run(gguf, inputs, output);
        using var dump = Dump.Open(output);
        var tensors = dump.Entries.ToDictionary(entry => entry.Name);
        return [.. Enumerable.Range(-1, Tokens + 1).Select(pass => pass < 0 ? "" : $"decode.{pass}.").Select(prefix =>
            (tensors[$"{prefix}result_output"].Load().ToSingles(), tensors[$"{prefix}next_token"].Load().ToInt64s()[0]))];
    }
}
