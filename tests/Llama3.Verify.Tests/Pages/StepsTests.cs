using System.Text.Json;
using System.Text.RegularExpressions;
using Llama3.Verify.Pages;

namespace Llama3.Verify.Tests.Pages;

/// <summary>What "steps" lists, held against the manifest, which PyTorch's side wrote.</summary>
public sealed partial class StepsTests
{
    private static readonly Dictionary<string, int> Sizes = new()
    {
        ["T"] = 17,
        ["dim"] = 80,
        ["n_heads"] = 8,
        ["n_kv_heads"] = 2,
        ["head_dim"] = 10,
        ["head_dim/2"] = 5,
        ["2"] = 2,
        ["ffn_dim"] = 288,
        ["vocab_size"] = 128256,
    };

    private static readonly JsonElement Manifest =
        JsonElement.Parse(File.ReadAllText(Path.Combine(Repository.Root, "fixtures/micro/manifest.json")));

    private static readonly Lazy<JsonElement[]> All = new(() => [.. JsonElement.Parse(Cli.Run("steps", "--json").Output).EnumerateArray()]);

    private static readonly Lazy<JsonElement[]> Listed = new(() => [.. All.Value.Where(step => step.GetProperty("number").GetInt32() <= 42)]);

    private static readonly Lazy<JsonElement[]> WithCache = new(() => [.. All.Value.Where(step => step.GetProperty("number").GetInt32() > 42)]);

    [Fact(DisplayName = "steps: a line per step in reading order, finer points indented under theirs; plain and unwrapped when piped")]
    public void The_table()
    {
        var run = Cli.Run("steps");
        (run.ExitCode, run.Error).Should().Be((0, ""));
        var rows = run.Output.TrimEnd('\n').Split('\n').Skip(1).ToList();
        var lines = rows.TakeWhile(row => row.Trim().Length > 0).Select(row => Line().Match(row)).ToList();
        lines.Should().AllSatisfy(line => line.Success.Should().BeTrue());
        var numbers = lines.Select(line => line.Groups["number"].Value).Where(number => number.Length > 0);
        numbers.Should().Equal(Enumerable.Range(1, 42).Select(number => $"{number}"));
        lines.Select(line => line.Groups["id"].Value).Should().Equal(Ids());
        lines.Where(line => line.Groups["number"].Length == 0).Should().OnlyContain(line => line.Groups["indent"].Length == 2).And.HaveCount(8);
        lines.Select(line => line.Groups["title"].Value.Trim()).Should().Equal(Listed.Value.Select(step => step.GetProperty("title").GetString()));
        var chapter = rows.Skip(lines.Count + 2).Select(row => Line().Match(row)).ToList();
        chapter.Select(line => $"{line.Groups["number"].Value} {line.Groups["id"].Value} {line.Groups["title"].Value.Trim()}")
            .Should().Equal(WithCache.Value.Select(step => $"{step.GetProperty("number").GetInt32()} {Text(step, "id")} {Text(step, "title")}"));
    }

    [Fact(DisplayName = "steps --json: what differs with a cache comes last, with numbers, names and cell of its own")]
    public void With_a_cache()
    {
        WithCache.Value.Select(step => step.GetProperty("number").GetInt32()).Should().Equal(Enumerable.Range(43, 7));
        WithCache.Value.Should().OnlyContain(step => step.GetProperty("cell").GetInt32() == 113);
        WithCache.Value.Should().OnlyContain(step => Text(step.GetProperty("names")[0], "name")!.StartsWith("decode.{i}."));
        var entries = Manifest.GetProperty("decode").GetProperty("steps").EnumerateArray();
        foreach (var entry in entries)
        {
            var step = WithCache.Value.Single(step => Text(step, "id") == Text(entry, "id"));
            Text(step, "dtype").Should().Be(entry.GetProperty("dtype").GetProperty("bf16").GetString());
            Text(step, "repeats").Should().Be(Repeats(Text(entry, "in_layers")!));
        }
    }

    [Fact(DisplayName = "steps: in 80 columns no line is longer, and no id is broken")]
    public void In_80_columns()
    {
        var lines = Page.Lines(80, console => new StepsPage(console).Show());
        lines.Should().OnlyContain(line => line.Length <= 80);
        var words = lines.SelectMany(line => line.Split(' ')).ToHashSet();
        Ids().Should().OnlyContain(id => words.Contains(id));
    }

    [Fact(DisplayName = "steps --json: ids, shapes, dtypes, layers and cells are the manifest's")]
    public void Json_and_manifest()
    {
        Listed.Value.Select(step => Text(step, "id")).Should().Equal(Ids());
        foreach (var step in Listed.Value)
        {
            var entry = Entries().Single(entry => Text(entry, "id") == Text(step, "id"));
            Text(step, "dtype").Should().Be(entry.GetProperty("dtype").GetProperty("bf16").GetString());
            Text(step, "repeats").Should().Be(Repeats(Text(entry, "in_layers")!));
            step.GetProperty("shape").EnumerateArray().Select(name => name.GetString()!.Split('*').Aggregate(1, (product, factor) => product * Sizes[factor]))
                .Should().Equal(InLayers(entry), $"that is {Text(step, "id")}");
            (step.GetProperty("part_of").GetString() is null).Should().Be(entry.TryGetProperty("number", out _));
        }
        Listed.Value.Where(step => Text(step, "part_of") is null).Select(step => step.GetProperty("cell").GetInt32()).Should().Equal(
            Manifest.GetProperty("steps").EnumerateArray().Select(entry => entry.GetProperty("cells").GetProperty("llama3-from-scratch").GetInt32()));
    }

    [Fact(DisplayName = "steps --json: what a step reads, with sizes; what a port must dump; its names")]
    public void Json_of_one_step()
    {
        var step = Listed.Value.Single(step => Text(step, "id") == "q_per_token");
        step.GetProperty("inputs").GetRawText().Where(letter => !char.IsWhiteSpace(letter)).Should().Equal(
            """[{"name":"token_embeddings","shape":[17,80]},{"name":"q_layer0_head0","shape":[10,80]}]""");
        step.GetProperty("must").GetBoolean().Should().BeTrue();
        step.GetProperty("names").EnumerateArray().Select(name => Text(name, "name")).Should().Equal(
            "q_per_token", "layers.{n}.q_per_token", "Qcur-{n}", "Qcur-{n}#2", "layers.{n}.attention.wq", "model.layers.{n}.self_attn.q_proj",
            "blocks.{n}.attn.hook_q", "/layers.{n}/attention/wq/MatMul_output_0", "/model/layers.{n}/self_attn/q_proj/MatMul_output_0");
        Listed.Value.Single(step => Text(step, "id") == "mask").GetProperty("must").GetBoolean().Should().BeFalse();
    }

    [Fact(DisplayName = "steps --json: tolerances and known mistakes are whole")]
    public void Json_of_all_steps()
    {
        foreach (var step in All.Value)
        {
            var tolerances = step.GetProperty("tolerances").EnumerateArray().Where(entry => Text(entry, "engine") is null).ToList();
            var expected = new[] { "golden bf16", "golden fp16", "golden fp32", "golden q8", "local bf16", "local fp16", "local fp32", "local q8" }
                .Concat(Text(step, "part_of") is null ? ["step bf16", "step fp32"] : []);
            tolerances.Select(entry => $"{Text(entry, "against")} {Text(entry, "precision")}").Should().BeEquivalentTo(expected);
            tolerances.Should().OnlyContain(entry => Text(entry, "rule") == "exact" == (entry.GetProperty("limit").ValueKind == JsonValueKind.Null));
        }
        var mistakes = Listed.Value.SelectMany(step => step.GetProperty("mistakes").EnumerateArray()).ToList();
        mistakes.Should().OnlyContain(mistake => Text(mistake, "name") != "" && Text(mistake, "mistake") != "" && Text(mistake, "fix") != "");
        mistakes.SelectMany(mistake => mistake.GetProperty("threads").EnumerateArray()).Should().NotBeEmpty()
            .And.OnlyContain(url => Uri.IsWellFormedUriString(url.GetString(), UriKind.Absolute));
    }

    private static IEnumerable<JsonElement> Entries() =>
        Manifest.GetProperty("steps").EnumerateArray().Concat(Manifest.GetProperty("finer").EnumerateArray());

    /// <summary>The steps of the manifest, each followed by the finer points inside it.</summary>
    private static IEnumerable<string?> Ids() => Manifest.GetProperty("steps").EnumerateArray().Select(step => Text(step, "id")).SelectMany(id =>
        Manifest.GetProperty("finer").EnumerateArray().Where(point => Text(point, "part_of") == id).Select(point => Text(point, "id")).Prepend(id));

    private static IEnumerable<int> InLayers(JsonElement entry)
    {
        var shape = entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32());
        return Text(entry, "in_layers") switch
        {
            "query heads" => shape.Prepend(8),
            "key-value heads" => shape.Prepend(2),
            _ => shape,
        };
    }

    private static string Repeats(string in_layers) => in_layers switch
    {
        "once" => "once",
        "whole" => "per_layer",
        "query heads" => "per_query_head",
        _ => "per_key_value_head",
    };

    private static string? Text(JsonElement element, string field) => element.GetProperty(field).GetString();

    [GeneratedRegex(
        @"^ {0,2}(?<number>\d*) +(?<=^.{5})(?<indent> *)(?<id>\w+) +\[.*\] +(text|\w+\d) +" +
        @"(once|per (layer|head|kv head)) +(MUST|MAY|) +(?<title>\w.*)$")]
    private static partial Regex Line();
}
