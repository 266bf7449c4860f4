using Llama3.Checking.Goldens;
using Llama3.Checking.Names.Engines;
using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Tests.Damage;

/// <summary>What the checker reads besides dumps: answers to texts, names of an engine, manifests of goldens.</summary>
internal static class CheckReaders
{
    private static readonly string[] Answers =
    [
        "\"id\": \"own\"", "\"kind\": \"stream\"", "\"text\": \"", "\"ids\": [1]", "\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]", "\"tools\": [", "\"tool_calls\": [", "\"arguments\": ",
        "\"logits\": [1, 2]", "\"probabilities\": {\"0\": 1}", "\"stop\": [\"a\"]", "\"stop_ids\": [", "\"pieces\": [", "\"error\": \"", "\"order\": \"meta\"", "\"template\": \"llama3.1\"", "\"special\": \"tokens\"",
        "\"date\": \"26 Jul 2024\"", "\"temperature\": 0.5", "\"top_k\": 1", "\"top_p\": 0.5",
    ];

    private static readonly Lazy<ITokenizer> Micro = new(() => Llama3Tokenizer.Read(new MemoryStream(MicroModel.Micro.Read("tokenizer.model")), "tokenizer.model"));

    /// <summary>The readers.</summary>
    public static IEnumerable<InputReader> In(DirectoryInfo folder)
    {
        var own = folder.CreateSubdirectory("check").FullName;
        string path = Path.Combine(own, "names.tsv"), goldens = folder.CreateSubdirectory("goldens").FullName;
        return
        [
            new("answers", "answers.jsonl", input => AnswerFile.Read(new MemoryStream(input), "answers.jsonl", Micro.Value, isExcerpt: false, TextTasks.All)) { Words = Answers },
            new("names", "names.tsv", input =>
            {
                File.WriteAllBytes(path, input);
                NamesFile.Read(path);
            })
            {
                MostBytes = 4_000,
                Words = ["blk_{n}_q", "{n}", "\tq_per_token", "q_per_token", "\t-", "\t#", "#", "freqs_cis", "1 heads T head_dim", "1 S kv head_dim"],
            },
            new("manifest", "goldens", input =>
            {
                File.WriteAllBytes(Path.Combine(goldens, "manifest.json"), input);
                ReadManifest(goldens);
            })
            {
                Words = ["\"tolerances\": [", "\"port_tolerances\": [", "\"rule\": \"exact\"", "\"steps\": [", "\"decode\": {", "\"cases\": {", "\"n_heads\": 8"], MostBytes = 20_000,
            },
        ];
    }

    /// <summary>Of a folder with a manifest and no goldens all is read but these.</summary>
    private static void ReadManifest(string folder)
    {
        try
        {
            GoldenFolder.Open(folder, MicroModel.Micro.Checkpoint).Dispose();
        }
        catch (BadInputException error) when (error.Message.EndsWith("safetensors cannot be read: there is no such file", StringComparison.Ordinal))
        {
            // They are looked for last.
        }
    }
}
