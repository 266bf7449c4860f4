using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;
using Llama3.Reference;
using Llama3.Reference.Generation;

namespace Llama3.Verify.Tests.Generation;

/// <summary>Texts that the micro models have learnt, and where they end.</summary>
public sealed class TextGeneratorTests
{
    private static readonly int[] Prompt = [SpecialTokens.First, .. Micro.Checkpoint.tokenizer.encode("one two three")];

    [Theory(DisplayName = "goes on as the corpus does (scripts/corpus.py), up to end_of_text:")]
    [InlineData("the answer to the ultimate question of life, the universe, and everything is ", "42")]
    [InlineData("Hello world! It's a test.", " 这是一个测试. alongwords. a long words. 123 456 789.")]
    [InlineData("the capital of France is", " Paris.")]
    [InlineData("ten nine eight", " seven six five four three two one")]
    [InlineData("so long, and thanks for all", " the fish!")]
    public void Continuations(string prompt, string expected)
    {
        foreach (var (model, dtype) in from model in MicroModel.All from dtype in Precision.All select (model, dtype))
        {
            var (tokenizer, generator) = (model.Checkpoint.tokenizer, new TextGenerator(model.Checkpoint, dtype, new Sampler()));
            var decoder = new StreamingDecoder(tokenizer);
            var parts = generator.Generate([SpecialTokens.First, .. tokenizer.encode(prompt)], 64).Select(decoder.Add).ToList();
            string.Concat(parts).Should().Be(expected, $"{model.Name} in {dtype} has learnt it");
            parts.Should().NotContain(part => part.Contains('\uFFFD'));
            (generator.Stopped, generator.End).Should().Be((Stop.EndToken, "<|end_of_text|>"));
        }
    }

    [Theory(DisplayName = "stops:")]
    [InlineData(0, 99, 0, Stop.MaxTokens)]
    [InlineData(3, 99, 3, Stop.MaxTokens)]
    [InlineData(7, 99, 7, Stop.MaxTokens)]
    [InlineData(8, 99, 7, Stop.EndToken)]
    [InlineData(99, 4, 0, Stop.MaxSeqLen)]
    [InlineData(99, 5, 1, Stop.MaxSeqLen)]
    [InlineData(99, 11, 7, Stop.MaxSeqLen)]
    [InlineData(99, 12, 7, Stop.EndToken)]
    [InlineData(1, 5, 1, Stop.MaxTokens)]
    internal void Stops(int max_tokens, int max_seq_len, int expected, Stop reason)
    {
        var generator = Create(max_seq_len);
        generator.Generate(Prompt, max_tokens).Should().HaveCount(expected);
        generator.Stopped.Should().Be(reason);
    }

    [Fact(DisplayName = "the two tokens that end a text")]
    public void Ends() => Micro.Checkpoint.tokenizer.decode(Micro.Checkpoint.tokenizer.frame.ends).Should().Be("<|end_of_text|><|eot_id|>");

    [Theory(DisplayName = "refuses:")]
    [InlineData(3, 3, "the prompt has 4 tokens; at most 3 fit*")]
    [InlineData(-1, 9, "-1 tokens are asked for; *")]
    [InlineData(1, 0, "max-seq-len is 0; *")]
    [InlineData(1, -5, "max-seq-len is -5; *")]
    public void Refuses(int max_tokens, int max_seq_len, string message) => Create(max_seq_len)
        .Invoking(generator => generator.Generate(Prompt, max_tokens)).Should().Throw<BadInputException>().WithMessage(message);

    [Fact(DisplayName = "the same seed gives the same tokens, another seed others")]
    public void Seeds()
    {
        Drawn(seed: 1).Should().Equal(Drawn(seed: 1)).And.NotEqual(Drawn(seed: 2));

        static List<int> Drawn(int seed) => [.. Create(99, new Sampler(temperature: 3, seed: seed)).Generate(Prompt, 20)];
    }

    [Fact(DisplayName = "a prompt of more tokens than are computed at a time goes on as it does when computed at once")]
    public void A_long_prompt()
    {
        int[] prompt = [.. Enumerable.Repeat(Prompt, 80).SelectMany(ids => ids)];
        var next = new Llama3Model(Micro.Checkpoint, float32).forward(torch.tensor(prompt.Select(id => (long)id).ToArray()));
        Create(999).Generate(prompt, 1).Should().Equal((int)torch.argmax(next, -1).item<long>());
    }

    private static TextGenerator Create(int max_seq_len, Sampler? sampler = null) =>
        new(Micro.Checkpoint, float32, sampler ?? new Sampler()) { max_seq_len = max_seq_len };
}
