using System.Text.Json;
using System.Text.RegularExpressions;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Names;
using Llama3.Checking.Names.Engines;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;
using Llama3.Formats.Numbers;
using Llama3.Formats.Safetensors;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Llama3.Verify.Copy;
using Llama3.Verify.Printing;

namespace Llama3.Verify.Tests;

/// <summary>The contract in fixtures/README.md says what is so, and so does docs/dump-names.md.</summary>
public sealed partial class ContractTests
{
    private static readonly Dictionary<string, string> Loading = new()
    {
        ["safetensors"] = "`safetensors.torch.load_file(\"model.safetensors\")`: bfloat16",
        ["pth"] = "`torch.load(\"consolidated.00.pth\", weights_only=True)`: bfloat16, the file as Meta distributes it",
        ["hf"] = "`AutoModelForCausalLM.from_pretrained(DIR)`: bfloat16, Hugging Face's names, `wq` and `wk` permuted",
        ["llama2c"] = "`./run model.bin -z tokenizer.bin`: float32 without names, in the order of llama2.c and llama3.c",
        ["gguf"] = "`llama-cli -m model.gguf`: the matrices in `--type` (bfloat16 if left out), llama.cpp's names, with the vocabulary",
        ["npz"] = "`numpy.load(\"weights.npz\")`: float32",
    };

    [Fact(DisplayName = "contract: what a port must dump")]
    public void Must() => ShouldHold("must", Table(
        ["name", "shape", "dtype in the notebook"],
        DumpContract.Must.Select(step => new[] { $"`{StepText.Key(step)}`", $"{StepText.Shape(step)}", StepText.Dtype(step) })));

    [Fact(DisplayName = "contract: what a port may dump")]
    public void May() => ShouldHold("may", string.Join(",\n", StepText.All
        .Where(step => StepText.Demand(step) == "MAY")
        .Select(step => $"`{StepText.Key(step)}`")));

    [Fact(DisplayName = "contract: names of other implementations")]
    public void Names()
    {
        var elsewhere = Aliases.All.Where(alias => alias.Convention.Length > 0).ToList();
        string[] conventions = [.. elsewhere.Select(alias => alias.Convention).Distinct()];
        Readme.ShouldHold("names", Table(["id", .. conventions], StepText.All.Concat(CacheSteps.all)
            .Where(step => elsewhere.Exists(alias => alias.Step == step))
            .Select(step => new[] { $"`{step.id}`" }.Concat(conventions.Select(convention => NamesOf(step, convention))))), Readme.Names);
    }

    [Fact(DisplayName = "contract: engines whose names are in a table, and what they have no name for")]
    public void Engines() => Readme.ShouldHold("engines", Table(
        ["engine", "names", "what every port must dump, and it has no name for"],
        EngineTable.All.Select(engine => new[]
        {
            engine.Name, $"{engine.Tensors.Count}", string.Join(", ", DumpContract.Must.Where(step => step != ArticleSteps.tokens && step != ArticleSteps.next_token
                && !engine.Tensors.Any(tensor => tensor.Steps.Contains(step.id) || (step == ArticleSteps.stacked_qkv_attention && tensor.Steps.Contains(ArticleSteps.qkv_attention.id))))
                .Select(step => $"`{step.id}`")),
        })), Readme.Names);

    [Fact(DisplayName = "contract: dtypes; no step computes truth values")]
    public void Dtypes() => ShouldHold(
        "dtypes", string.Join(", ", Enum.GetValues<Dtype>().Except([Dtype.BOOL]).Select(dtype => $"`{dtype}`")));

    [Fact(DisplayName = "contract: the formats of the checkpoint")]
    public void Formats() => ShouldHold("formats", Table(
        ["`--format`", "files", "to load it"],
        ExportFormat.All.Select(format => new[] { $"`{format.Name}`", FilesOf(format), Loading[format.Name] })));

    [Fact(DisplayName = "contract: the pseudocode keeps all that a port must dump and nothing else, and such a dump passes")]
    public void Pseudocode()
    {
        var code = CodeBlock().Match(Readme.Text(Readme.Fixtures)).Groups["code"].Value;
        var kept = Kept().Matches(code).Select(match => (InLayer: match.Groups["at"].Success, Id: match.Groups["id"].Value)).ToList();
        kept.Select(name => name.InLayer ? $"layers.{{n}}.{name.Id}" : name.Id).Should().BeEquivalentTo(DumpContract.Must.Select(StepText.Key));
        var keys = kept.SelectMany(name => name.InLayer ? Enumerable.Range(0, 3).Select(n => $"layers.{n}.{name.Id}") : [name.Id]).ToHashSet();
        var report = Check(MicroModel.Micro.Article.Results(ScalarType.Float32).Where(golden => keys.Contains(golden.Key)));
        (report.Agrees, report.Missing.Count, report.Results.Count).Should().Be((true, 0, keys.Count));
    }

    [Fact(DisplayName = "contract: the keys of steps --json")]
    public void Keys()
    {
        var text = Readme.Text(Readme.Json).Split("## `llama3verify steps --json`")[1];
        var keys = Key().Matches(text.Split("\n## ")[0]).Select(match => match.Groups["key"].Value).ToList();
        var steps = JsonElement.Parse(Cli.Run("steps", "--json").Output).EnumerateArray();
        steps.Should().AllSatisfy(step => step.EnumerateObject().Select(field => field.Name).Should().Equal(keys));
    }

    private static void ShouldHold(string part, string content) => Readme.ShouldHold(part, content, Readme.Fixtures);

    private static string Table(IReadOnlyCollection<string> headings, IEnumerable<IEnumerable<string>> rows) =>
        string.Join('\n', rows.Prepend(headings.Select(_ => "---")).Prepend(headings).Select(row => $"| {string.Join(" | ", row)} |"));

    private static string NamesOf(ArticleStep step, string convention) =>
        string.Join(", ", Aliases.Of(step).Where(alias => alias.Convention == convention).Select(alias => $"`{alias.Template}`"));

    private static string FilesOf(ExportFormat format) =>
        string.Join(", ", format.ModelFiles(MicroModel.Micro).Select(file => $"`{file.Name}`"));

    private static PortReport Check(IEnumerable<KeyValuePair<string, StepResult>> results, GoldenCase? golden = null)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("llama3verify-").FullName, "dump.safetensors");
        try
        {
            using (var file = File.Create(path))
            {
                SafetensorsWriter.Write(file, results.Select(result => SafetensorsTensor.Of(result.Key, result.Value.tensor)));
            }
            using var dump = Dump.Open(path);
            return new DumpCheck(DumpedRun.Of(dump, golden ?? MicroModel.Micro.Article), PortPrecision.fp32).Run();
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [GeneratedRegex(@"```python\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"keep\((?<at>at \+ )?""(?<id>\w+)""")]
    private static partial Regex Kept();

    [GeneratedRegex(@"^\| `(?<key>\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Key();
}
