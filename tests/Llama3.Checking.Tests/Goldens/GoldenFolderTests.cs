using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Formats.Safetensors;
using Llama3.Reference;

namespace Llama3.Checking.Tests.Goldens;

/// <summary>Goldens of any checkpoint, in a folder: here those of the micro checkpoint, without the weights of its layers, as of a large model.</summary>
public sealed class GoldenFolderTests : IDisposable
{
    private const string Manifest = "manifest.json";
    private const string Article = "article.fp32.safetensors";

    private static readonly string[] Shown = ["q_layer0", "q_layer0_head0", "k_layer0", "k_layer0_head0", "v_layer0", "v_layer0_head0", "w_layer0"];

    private readonly TemporaryFolder _folder = new();

    public GoldenFolderTests()
    {
        foreach (var file in MicroModel.Micro.Files.Where(file => file == Manifest || file.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            _folder.Write(file, MicroModel.Micro.Read(file));
        }
        foreach (var dtype in Precision.All) { Rewrite($"article.{Precision.Name(dtype)}.safetensors", WithoutWeights); }
    }

    public void Dispose() => _folder.Dispose();

    [Theory(DisplayName = "goldens in a folder: the step meets them, and is caught when it is wrong:")]
    [InlineData("q_layer0", "q_heads_strided")]
    [InlineData("q_per_token", null)]
    [InlineData("qk_per_token", "no_scale")]
    [InlineData("output_after_feedforward", "w1_w3_swapped")]
    [InlineData("logits", null)]
    public void Step(string id, string? mistake)
    {
        using var goldens = Open();
        new GoldenCheck(goldens).Check(ArticleSteps.all[id]).Passed.Should().BeTrue();
        var wrong = KnownMistakes.All.FirstOrDefault(known => known.Name == mistake && known.Wrong.ContainsKey(ArticleSteps.all[id]));
        if (wrong is null) { return; }
        var report = new GoldenCheck(goldens, wrong.Wrong).Check(ArticleSteps.all[id]);
        report.Failures[0].File.Should().StartWith(_folder.Path);
        report.LooksLike().Select(known => known.Name).Should().Contain(mistake);
    }

    [Fact(DisplayName = "goldens in a folder: there must be a manifest")]
    public void No_manifest()
    {
        File.Delete(_folder[Manifest]);
        Refused($"there is no {_folder[Manifest]}, expected a folder that scripts/capture.py has written");
    }

    [Theory(DisplayName = "goldens in a folder, the manifest is broken:")]
    [InlineData("{", "", "*manifest.json is not a manifest of goldens: *")]
    [InlineData("\"prompt\":", "\"no_prompt\":", "*manifest.json is not a manifest of goldens: *")]
    [InlineData("\"tolerances\": [", "\"tolerances\": null, \"x\": [", "*manifest.json is not a manifest of goldens: *")]
    [InlineData("\"tolerances\": [", "\"tolerances\": [null, ", "*manifest.json is not a manifest of goldens: null where an entry is expected")]
    [InlineData("\"prompt\":", "\"\\ud800\":", "*manifest.json is not a manifest of goldens: *")]
    [InlineData("\"n_kv_heads\": 2", "\"n_kv_heads\": 8", "*is of a model with dim 80, 3 layers, 8 heads, 8 key/value heads and 128256 token ids, but *")]
    [InlineData("\"tokens\", \"prompt_split", "\"prompt_split", "*\"tolerances\" must have one entry for bf16 tokens, and has 0: capture the goldens again *")]
    public void Broken_manifest(string old, string replacement, string expected)
    {
        var text = File.ReadAllText(_folder[Manifest]);
        text.Should().Contain(old);
        _folder.Write(Manifest, text.Replace(old, replacement, StringComparison.Ordinal));
        Refused(expected);
    }

    [Fact(DisplayName = "goldens in a folder: a file is cut off")]
    public void Cut_off()
    {
        _folder.Cut(Article, 100_000);
        Refused($"{_folder[Article]}: the tensors take *, but * follow the header; is the file cut off?");
    }

    [Fact(DisplayName = "goldens in a folder: a file is missing")]
    public void Missing_file()
    {
        File.Delete(_folder[Article]);
        Refused($"{_folder[Article]} cannot be read: *");
    }

    [Fact(DisplayName = "goldens in a folder: a golden is missing, or has another form than its step")]
    public void Other_goldens()
    {
        Rewrite(Article, goldens => goldens.Where(golden => golden.Key != "layers.2.embedding_delta"));
        Refused($"{_folder[Article]} holds no layers.2.embedding_delta: capture the goldens again *");
        Rewrite(Article, goldens => goldens.Append(KeyValuePair.Create("layers.2.embedding_delta", torch.zeros(17, 81))));
        Refused($"{_folder[Article]}: layers.2.embedding_delta is [17, 81] Float32, expected [17, 80] Float32: capture the goldens again *");
    }

    private GoldenFolder Open() => GoldenFolder.Open(_folder.Path, Micro.Checkpoint);

    private void Refused(string message) => BadInput.IsRefused(() => Open(), message);

    private static IEnumerable<KeyValuePair<string, Tensor>> WithoutWeights(IEnumerable<KeyValuePair<string, Tensor>> goldens) =>
        goldens.Where(golden => !(golden.Key.StartsWith("layers.", StringComparison.Ordinal) && Shown.Contains(golden.Key.Split('.')[2])));

    private void Rewrite(string file, Func<IEnumerable<KeyValuePair<string, Tensor>>, IEnumerable<KeyValuePair<string, Tensor>>> change)
    {
        var goldens = change(SafetensorsFile.ReadAll(File.ReadAllBytes(_folder[file]), file)).ToList();
        using var stream = File.Create(_folder[file]);
        SafetensorsWriter.Write(stream, goldens.Select(golden => SafetensorsTensor.Of(golden.Key, golden.Value)));
    }
}
