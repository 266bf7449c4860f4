using Llama3.Checking.Texts.Tasks;

namespace Llama3.Checking.Tests.Reports;

/// <summary>Reports on what is before the ids and behind the logits: check --texts judges that, and of a dump only ids that are wrong themselves.</summary>
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
        new Report("ShishirPatil/gorilla#626", Template, "two newlines after the header are missing").InTexts(port => port.AfterHeader = "", TextKind.Conversation, "template_newlines_missing"),
        new Report("mlc-ai/mlc-llm#3002", Template, "the two lines with dates are missing in the system message").InTexts(port => port.HasDates = false, TextKind.Conversation, "template_dates_missing"),
        new Report("vllm-project/vllm#4180", Template, "<|eot_id|> does not stop").InTexts(OnlyEndOfText, TextKind.Stops, "stop_end_of_text_only"),
        new Report("ollama/ollama#3759", Template, "<|eot_id|> does not stop, though it is listed").InTexts(OnlyEndOfText, TextKind.Stops, "stop_end_of_text_only"),
        new Report("ggml-org/llama.cpp#7193", Tokenizer, "a piece that is a token is built by merges").InTexts(port => port.IgnoresMerges = false, TextKind.Encode, "whole_pieces_merged"),
        new Report("ggml-org/llama.cpp#6920", Tokenizer, "the text is split as for GPT-2").InTexts(port => port.Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", TextKind.Encode, "gpt2_pattern"),
        new Report("1bit-MONSTER/1bit-MONSTER#92", Tokenizer, "the text is not split before it is merged").InTexts(port => port.Pattern = "", TextKind.Encode, "pattern_missing"),
        new Report("robertknight/rten#453", Tokenizer, "the merges of the file are refused, and ignore_merges is unknown; made here without merges").InTexts(port => port.MergesAtAll = false, TextKind.Encode, "merges_missing"),
        new Report("SciSharp/LLamaSharp#1112", Tokenizer, "special tokens are encoded as text").InTexts(port => port.KnowsNames = false, TextKind.Encode, "special_as_text", "template_names_as_text"),
        new Report("paiml/aprender#3993", Tokenizer, "special tokens of another form are encoded as text; made here with those of Llama 3").InTexts(port => port.KnowsNames = false, TextKind.Encode, "special_as_text", "template_names_as_text"),
        new Report("exo-explore/exo#1691", Tokenizer, "each id is decoded alone, which breaks characters of several bytes").InTexts(port => port.DecodesAlone = true, TextKind.Stream, "stream_ids_decoded_alone"),
        new Report("skyzh/tiny-llm#32", Sampling, "top-p sums up log-probabilities").InTexts(port => port.SumsLogarithms = true, TextKind.Sampling, "sampling_top_p_ignored"),
        new Report("timtoole02/Camelid#534", Sampling, "temperature comes before top-p and min-p; made here the other way round").InTexts(port => port.TemperatureIsLast = true, TextKind.Sampling, "sampling_temperature_last"),
        new Report("tenstorrent/tt-metal#25341", Sampling, "a softmax is taken again after the cut").InTexts(port => port.TakesSoftmaxAgain = true, TextKind.Sampling, "sampling_softmax_twice"),
        new Report("ml-explore/mlx-lm#388", Sampling, "after top-k, probabilities are not normalised before top-p").InTexts(port => port.NormalisesAfterTopK = false, TextKind.Sampling, "sampling_top_k_not_normalised"),
    ];

    private static void OnlyEndOfText(PlainTexts port) => port.StopIds = _ => [128_001];
}
