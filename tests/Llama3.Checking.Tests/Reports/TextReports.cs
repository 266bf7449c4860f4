namespace Llama3.Checking.Tests.Reports;

/// <summary>Reports on what is before the ids and behind the logits; of these, only ids that are wrong themselves are in a dump.</summary>
internal static class TextReports
{
    private const string Bos = "begin of text", Template = "chat template", Tokenizer = "tokenizer", Sampling = "sampling";

    private static readonly Recreation
        Twice = Recreation.On("micro", "prompt", port => port.Tokens = tokens => [tokens[0], .. tokens]).Is("bos_twice"),
        Missing = Recreation.On("micro", "prompt", port => port.Tokens = tokens => tokens[1..]).Is("no_bos");

    public static IReadOnlyList<Report> All { get; } =
    [
        new Report("ml-explore/mlx-examples#1188", Bos, "both the template and the tokenizer add <|begin_of_text|>").As(Twice),
        new Report("AtomaAI/atoma-infer#243", Bos, "<|begin_of_text|> is added twice").As(Twice),
        new Report("LiveCodeBench/LiveCodeBench#146", Bos, "<|begin_of_text|> is added twice").As(Twice),
        new Report("princeton-pli/retaining-by-doing#5", Bos, "<|begin_of_text|> is added twice").As(Twice),
        new Report("intel/neural-compressor#2209", Bos, "<|begin_of_text|> is not added").As(Missing),
        new Report("ShishirPatil/gorilla#626", Template, "two newlines after the header are missing").Without("text"),
        new Report("mlc-ai/mlc-llm#3002", Template, "the two lines with dates are missing in the system message").Without("text"),
        new Report("vllm-project/vllm#4180", Template, "<|eot_id|> does not stop").Without("stops"),
        new Report("ollama/ollama#3759", Template, "<|eot_id|> does not stop, though it is listed").Without("stops"),
        new Report("ggml-org/llama.cpp#7193", Tokenizer, "a piece that is a token is built by merges").Without("text"),
        new Report("ggml-org/llama.cpp#6920", Tokenizer, "the text is split as for GPT-2").Without("text"),
        new Report("1bit-MONSTER/1bit-MONSTER#92", Tokenizer, "the text is not split before it is merged").Without("text"),
        new Report("robertknight/rten#453", Tokenizer, "the merges of the file are refused, and ignore_merges is unknown").Without("text"),
        new Report("SciSharp/LLamaSharp#1112", Tokenizer, "special tokens are encoded as text").Without("text"),
        new Report("paiml/aprender#3993", Tokenizer, "special tokens of another form are encoded as text").Without("text"),
        new Report("exo-explore/exo#1691", Tokenizer, "each id is decoded alone, which breaks characters of several bytes").Without("text"),
        new Report("skyzh/tiny-llm#32", Sampling, "top-p sums up log-probabilities").Without("sampling"),
        new Report("timtoole02/Camelid#534", Sampling, "temperature comes before top-p and min-p").Without("sampling"),
        new Report("tenstorrent/tt-metal#25341", Sampling, "a softmax is taken again after the cut").Without("sampling"),
        new Report("ml-explore/mlx-lm#388", Sampling, "after top-k, probabilities are not normalised before top-p").Without("sampling"),
    ];
}
