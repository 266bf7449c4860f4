using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Names.Engines;
using Llama3.Checking.Reading;
using Llama3.Checking.Reading.Engines;
using Llama3.Formats.Dumps;
using Llama3.Reference;

namespace Llama3.Checking.Tests.Reading.Engines;

/// <summary>Names that no table has: read by a file of the user's, or like known ones.</summary>
public sealed class NamesTests : IDisposable
{
    private static readonly MicroModel Model = MicroModel.Micro32;
    private static readonly EngineNames LitGpt = EngineTable.All.Single(engine => engine.Name == "litgpt");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = "names: a file says what they stand for, a line for each, in words of the table or the id of a step alone")]
    public void File_of_names()
    {
        var dump = Renamed(name => name.Replace("transformer.h.", "blk_", StringComparison.Ordinal).Replace(".attn.", "_a_", StringComparison.Ordinal).Replace('.', '-'));
        var names = Names(
            "# Of my engine.", "", "transformer-wte token_embeddings_unnormalized", "blk_{n}-norm_1 token_embeddings", "blk_{n}_a_qkv q_per_token|k_per_token|v_per_token",
            "blk_{n}_a_apply_rope-q\tq_per_token_rotated\t1 heads T head_dim\t# after the rotation", "blk_{n}-mlp-fc_1\t-", "blk_{n} layer_0_embedding", "lm_head logits");
        var run = DumpedRun.Of(MemoryDump.Of(dump), Model, caseName: null, names);
        run.Notes.Should().Contain("67 tensors, names of names.txt: 15 understood, in all 3 layers; 3 known and not judged");
        run.Tensors.Where(result => result.Scope.layer == 1).Select(result => result.Step.id).Should().BeEquivalentTo(
            "token_embeddings", "q_per_token", "k_per_token", "v_per_token", "q_per_token_rotated", "layer_0_embedding");
        new DumpCheck(run, null).Run().Agrees.Should().BeTrue();
    }

    [Fact(DisplayName = "names: the file goes before the tables")]
    public void File_first()
    {
        var dump = Renamed(name => name);
        (dump["transformer.h.1.mlp.fc_1"], dump["transformer.h.1.mlp.fc_2"]) = (dump["transformer.h.1.mlp.fc_2"], dump["transformer.h.1.mlp.fc_1"]);
        PortReport.Of(dump, Model).Agrees.Should().BeFalse();
        var names = Names("transformer.h.1.mlp.fc_1 -", "transformer.h.1.mlp.fc_2 -");
        new DumpCheck(DumpedRun.Of(MemoryDump.Of(dump), Model, caseName: null, names), null).Run().Agrees.Should().BeTrue();
    }

    [Theory(DisplayName = "names: what is saved is read again, for every engine:"), MemberData(nameof(Engines))]
    public void Saved(string name)
    {
        var dump = MemoryDump.Of(new EngineLayout(EngineTable.All.Single(engine => engine.Name == name), Model).Dump(Passes));
        var lines = SavedNames.Lines(dump, given: null).ToArray();
        lines.Skip(2).Should().NotContain(line => line.StartsWith('#'));
        var (saved, asItIs) = (DumpedRun.Of(dump, Model, caseName: null, Names(lines)), DumpedRun.Of(dump, Model, caseName: null));
        foreach (var (one, other) in saved.Passes.Prepend(saved).Zip(asItIs.Passes.Prepend(asItIs)))
        {
            one.Tensors.Select(result => (result.Name, result.Key)).Should().Equal(other.Tensors.Select(result => (result.Name, result.Key)));
        }
    }

    public static IEnumerable<object[]> Engines => EngineTable.All.Select(engine => new object[] { engine.Name });

    [Fact(DisplayName = "names: those that are not known are saved as remarks, with their shapes; and what is known of other implementations")]
    public void Unknown_are_remarks()
    {
        var dump = MemoryDump.Of(new Dictionary<string, Tensor>
        {
            ["tokens"] = torch.zeros(17),
            ["my_0.x"] = torch.zeros(2, 3),
            ["my_1.x"] = torch.zeros(2, 3),
            ["a1"] = torch.zeros(1),
            ["a2"] = torch.zeros(2),
            ["model.layers.1.self_attn.q_proj"] = torch.zeros(17, 80),
            ["decode.0.logit"] = torch.zeros(1),
            ["layers.0.q_per_token.head3"] = torch.zeros(1),
        });
        SavedNames.Lines(dump, given: null).Skip(2).Should().Equal(
            "tokens\ttokens", "model.layers.{n}.self_attn.q_proj\tq_per_token",
            "# Not known: the id of a step is to be put for the question mark, or - where nothing is to be judged.",
            "# my_{n}.x\t?\t# F32 [2, 3]", "# a1\t?\t# F32 [1]", "# a2\t?\t# F32 [2]", "# logit\t?\t# F32 [1]; like logits");
    }

    [Theory(DisplayName = "names: a line that says nothing is refused:")]
    [InlineData("x", "*names.txt, line 1: \"x\" is no line of names, expected a name and the id of a step*")]
    [InlineData("x q_per_tokn", "*names.txt, line 1: q_per_tokn is no step; did you mean q_per_token?")]
    [InlineData("x qqq", "*names.txt, line 1: qqq is no step; llama3verify steps lists them")]
    [InlineData("x\tq_per_token\tT width", "*names.txt, line 1: width is no axis; they are 1, T, S, *")]
    [InlineData("x q_per_token|v_per_token", "*names.txt, line 1: q_per_token|v_per_token cannot be taken apart; expected q_per_token|k_per_token|v_per_token or *")]
    [InlineData("x_{n}_{n} q_per_token", "*names.txt, line 1: expected {n} once for the number of the layer, or at the end a number that counts nodes, such as linear_{7n+1}")]
    [InlineData("x_{0n} q_per_token", "*names.txt, line 1: expected {n} once *")]
    [InlineData("x\ttokens unless y_{a}", "*names.txt, line 1: expected {n} once *")]
    [InlineData("x model.layers.{n}.self_attn", "*names.txt, line 1: model.layers.{n}.self_attn is no step; did you mean embedding_delta?")]
    [InlineData("x\tk_per_token_rotated or k_cache", "*names.txt, line 1: of two results an axis S must tell which it is, *")]
    [InlineData("x\tfeed_forward_gate|feed_forward_up / head_dim^0.5", "*names.txt, line 1: several results are not divided by one number")]
    [InlineData("x tokens\nx logits", "*names.txt, line 2: x is there twice")]
    [InlineData("# x", "*names.txt holds no names, expected *")]
    [InlineData("x\tq_per_token\tTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT", "*names.txt, line 1: TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT… is no axis; *")]
    public void Refused(string text, string message) => BadInput.IsRefused(() => Names(text), message);

    [Fact(DisplayName = "names: a file that is not there is refused")]
    public void No_file() => BadInput.IsRefused(() => NamesFile.Read(_folder["none.txt"]), "*none.txt*");

    [Theory(DisplayName = "names: what stands in front of all of them, or does not, is said and makes no difference:")]
    [InlineData("_orig_mod.module.", "", "read without \"_orig_mod.module.\" in front")]
    [InlineData("", "transformer.", "read with \"transformer.\" in front")]
    [InlineData("model0.", "", "read without \"model0.\" in front")]
    [InlineData("net/", "transformer.", "read with \"transformer.\" for \"net/\" in front")]
    public void Alike(string added, string dropped, string note)
    {
        var dump = Renamed(name => name is "tokens" ? name : added + (name.StartsWith(dropped, StringComparison.Ordinal) ? name[dropped.Length..] : name));
        var report = PortReport.Of(dump, Model);
        report.Dump.Notes.Should().Contain(one => one.StartsWith(note, StringComparison.Ordinal));
        (report.Agrees, report.Unknown.Count, report.Results.Count).Should().Be((true, 0, PortReport.Of(Renamed(name => name), Model).Results.Count));
    }

    [Fact(DisplayName = "names: slashes may stand for dots, as in folders that were put together")]
    public void Slashes()
    {
        var report = PortReport.Of(Renamed(name => name.Replace('.', '/')), Model);
        report.Dump.Notes.Should().Contain(note => note.StartsWith("read with dots for slashes: "));
        (report.Agrees, report.Unknown.Count).Should().Be((true, 0));
    }

    [Fact(DisplayName = "names: endless ones, and digits of other scripts, are not known; nothing else becomes of them")]
    public void Odd_names()
    {
        var dump = Renamed(name => name);
        string[] odd = ["layers.\u0663.mlp", string.Concat(Enumerable.Repeat("x_1", 20_000)), "linear_99999999999", "{n}", ""];
        foreach (var name in odd) { dump[name] = torch.zeros(1); }
        PortReport.Of(dump, Model).Unknown.Should().BeEquivalentTo(odd);
    }

    [Fact(DisplayName = "names: if any node is counted otherwise than in the table, all of them stand for nothing")]
    public void Miscounted()
    {
        var engine = EngineTable.All.Single(engine => engine.Name == "torch.onnx dynamo");
        var dump = new EngineLayout(engine, Model).Dump(Passes).ToDictionary(
            pair => NodeName.Node(pair.Key) is ("linear", var count) && !pair.Key.StartsWith("decode", StringComparison.Ordinal) ? $"linear_{count + 1}" : pair.Key, pair => pair.Value);
        var report = PortReport.Of(dump, Model);
        report.Unknown.Should().Contain(["linear_1", "silu", "add_4"]).And.NotContain("embedding");
        report.Agrees.Should().BeTrue();
    }

    [SkippableFact(DisplayName = "names: of engines whose names were listed by value, every one is known")]
    public void Listed()
    {
        var path = Environment.GetEnvironmentVariable("LLAMA3_ENGINE_NAMES");
        Skip.If(path is null, "set LLAMA3_ENGINE_NAMES to a list of engines' names to run this");
        var rows = File.ReadLines(path!).Skip(1).Select(line => line.Split('\t')).Where(cells => cells.Length > 4).ToList();
        rows.Should().HaveCountGreaterThan(400);
        rows.Where(cells => !IsKnown(cells[1])).Select(cells => $"{cells[0]}: {cells[1]}").Should().BeEmpty();

        static bool IsKnown(string name) => EngineTable.All.Any(engine => engine.Tensors.Any(tensor => tensor.Name.Text == name))
            || NameReader.IsKnown(name.Replace("{n}", "1", StringComparison.Ordinal)) || EngineTable.All.Any(engine => engine.Find(name.Replace("{n}", "1", StringComparison.Ordinal)) is not null);
    }

    private static IReadOnlyList<Tensor> Passes => [Model.Article.Results(float32)[ArticleSteps.tokens.id].tensor];

    private static Dictionary<string, Tensor> Renamed(Func<string, string> rename) => new EngineLayout(LitGpt, Model).Dump(Passes).ToDictionary(pair => rename(pair.Key), pair => pair.Value);

    private EngineNames Names(params string[] lines)
    {
        File.WriteAllLines(_folder["names.txt"], lines);
        return NamesFile.Read(_folder["names.txt"]);
    }
}
