using Llama3.Checking.Mistakes;
using Llama3.Formats.Dumps;
using Llama3.Formats.Numbers;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging.States;

/// <summary>A batch: every row is judged as a run of its own, and padding is not judged.</summary>
public sealed class BatchTests : IDisposable
{
    private static readonly long[] Short = [5, 9, 200, 17, 3], Long = [1, 44, 320, 8, 99, 12, 350, 61, 7, 140, 2, 33];

    private readonly StatePort _port = new();

    public void Dispose() => _port.Dispose();

    [Theory(DisplayName = "batch: rows that are padded agree, whatever is in the padding")]
    [InlineData(true)]
    [InlineData(false)]
    public void Padded(bool left)
    {
        var report = _port.Check(StatePort.Batch(left, Row(Short), Row(Long)));
        report.Agrees.Should().BeTrue();
        report.Passes.Should().ContainSingle().Which.Place.Should().Be("row 1");
    }

    [Theory(DisplayName = "batch: passes after it agree")]
    [InlineData(true)]
    [InlineData(false)]
    public void With_passes(bool left) => StatePort.Said(_port.Check(StatePort.Batch(left, Row(Short), Row(Long)), Passes(Next(Short), Next(Long)))).Should().BeEmpty();

    [Fact(DisplayName = "batch: positions that count the padding in front are right, with a note; in the passes after it they must go on so")]
    public void Slots()
    {
        var (padded, full) = (_port.Prompt(Short, Range(7, 5)), _port.Prompt(Long));
        var prompt = StatePort.Batch(left: true, (StatePort.Tensors(padded), 5), (StatePort.Tensors(full), 12));
        var right = Passes(StatePort.Next(padded, [4], positions: [12]), StatePort.Next(full, [4]));
        var wrong = Passes(StatePort.Next(padded, [4], positions: [5]), StatePort.Next(full, [4]));
        var report = _port.Check(prompt, right);
        StatePort.Said(report).Should().BeEmpty();
        report.Notes.Should().Contain("positions count the padding in front: they start at 7");
        StatePort.Said(_port.Check(prompt, wrong)).Should().ContainKey("row 0, decode.0").And.HaveCount(1);
    }

    [Fact(DisplayName = "batch: positions that count the padding are recognised where they are not dumped")]
    public void Slots_without_positions()
    {
        var tensors = StatePort.Batch(left: true, (StatePort.Tensors(_port.Prompt(Short, Range(7, 5))), 5), Row(Long));
        tensors.Remove("positions");
        StatePort.Said(_port.Check(tensors)).Should().BeEmpty();
    }

    [Fact(DisplayName = "batch: padding in front that takes part in attention is named, in the rows that have any")]
    public void Padding_not_masked()
    {
        var padded = _port.Prompt([0, 0, 0, 0, 0, 0, 0, .. Short], [0, 0, 0, 0, 0, 0, 0, .. Range(0, 5)]);
        var prompt = StatePort.Batch(left: true, (StatePort.Tensors(padded), 5), Row(Long));
        StatePort.Said(_port.Check(prompt)).Should().Equal(new Dictionary<string, string> { ["row 0"] = "padding_not_masked" });
        var next = Passes(StatePort.Next(padded, [4], positions: [5]), StatePort.Next(_port.Prompt(Long), [4]));
        StatePort.Said(_port.Check(prompt, next)).Should().Equal(new Dictionary<string, string>
        {
            ["row 0"] = "padding_not_masked",
            ["row 0, decode.0"] = "padding_not_masked",
        });
    }

    [Fact(DisplayName = "batch: padding behind a short prompt that takes part in the passes after it is named")]
    public void Padding_not_masked_in_passes()
    {
        var padded = _port.Prompt([.. Short, 0, 0, 0, 0, 0, 0, 0]);
        var tensors = StatePort.Tensors(padded);
        // The row's own last token answers, and not the padding.
        foreach (var name in new[] { "logits", "next_token" }) { tensors[name] = StatePort.Tensors(_port.Prompt(Short))[name]; }
        var next = Passes(StatePort.Next(padded, [4], positions: [5]), StatePort.Next(_port.Prompt(Long), [4]));
        StatePort.Said(_port.Check(StatePort.Batch(left: false, (tensors, 5), Row(Long)), next)).Should().Equal(
            new Dictionary<string, string> { ["row 0, decode.0"] = "padding_not_masked" });
    }

    [Fact(DisplayName = "batch: padding in front that is masked in the prompt only is named, with the place")]
    public void Padding_masked_in_prompt_only()
    {
        var padding = torch.full([2, 7, 16], StatePort.Noise);
        var wrong = new Dictionary<ArticleStep, Func<Values, StepResult>>
        {
            [CacheSteps.k_cache] = v => torch.cat([padding, v.right(CacheSteps.k_cache)], -2),
            [CacheSteps.v_cache] = v => torch.cat([padding, v.right(CacheSteps.v_cache)], -2),
        };
        var next = Passes(StatePort.With(Next(Short), wrong), Next(Long));
        StatePort.Said(_port.Check(StatePort.Batch(left: true, Row(Short), Row(Long)), next)).Should().Equal(
            new Dictionary<string, string> { ["row 0, decode.0"] = "padding_not_masked, in the passes after the prompt only" });
    }

    [Fact(DisplayName = "batch: logits and the next token of padding are named")]
    public void Of_padding()
    {
        var tensors = StatePort.Tensors(_port.Prompt([.. Short, 0, 0, 0, 0, 0, 0, 0]));
        StatePort.Said(_port.Check(StatePort.Batch(left: false, (tensors, 5), Row(Long)))).Should().Equal(
            new Dictionary<string, string> { ["row 0"] = "logits_of_padding" });
        tensors["logits"] = StatePort.Tensors(_port.Prompt(Short))["logits"];
        StatePort.Said(_port.Check(StatePort.Batch(left: false, (tensors, 5), Row(Long)))).Should().Equal(
            new Dictionary<string, string> { ["row 0"] = "next_token_of_padding" });
    }

    [Fact(DisplayName = "batch: positions of row 0 in all rows are named")]
    public void Row_0()
    {
        var row1 = StatePort.Tensors(_port.Prompt(Long, [0, 0, 0, 0, 0, 0, 0, .. Range(0, 5)]));
        StatePort.Said(_port.Check(StatePort.Batch(left: true, Row(Short), (row1, 12)))).Should().Equal(
            new Dictionary<string, string> { ["row 1"] = "positions_of_row_0" });
    }

    [Fact(DisplayName = "batch: positions after it that count the padding, though those in it do not, are named")]
    public void Slots_in_passes()
    {
        var next = Passes(StatePort.Next(_port.Prompt(Short), [4], positions: [12]), StatePort.Next(_port.Prompt(Long), [4]));
        StatePort.Said(_port.Check(StatePort.Batch(left: true, Row(Short), Row(Long)), next)).Should().Equal(
            new Dictionary<string, string> { ["row 0, decode.0"] = "cache_pos_with_padding" });
    }

    [Fact(DisplayName = "batch: a mistake in one row only is named with the row")]
    public void One_row()
    {
        var wrong = _port.Prompt(Long).With(KnownMistakes.All.Single(mistake => mistake.Name == "no_scale").InParts);
        StatePort.Said(_port.Check(StatePort.Batch(left: true, Row(Short), (StatePort.Tensors(wrong), 12)))).Should().Equal(
            new Dictionary<string, string> { ["row 1"] = "no_scale, in row 1 only" });
    }

    [Fact(DisplayName = "batch: with as many tokens as heads, tokens before heads are told from heads before tokens")]
    public void As_many_tokens_as_heads()
    {
        var tensors = StatePort.Tensors(_port.Prompt([5, 9, 200, 17]));
        StatePort.Said(_port.Check(tensors)).Should().BeEmpty();
        foreach (var name in tensors.Keys.Where(name => name.Contains("_per_token", StringComparison.Ordinal)).ToList()) { tensors[name] = tensors[name].transpose(0, 1).contiguous(); }
        StatePort.Said(_port.Check(tensors)).Should().BeEmpty();
    }

    [Theory(DisplayName = "batch: with as many slots as heads, tokens before heads are told from heads before tokens, in padded rows too")]
    [InlineData(true)]
    [InlineData(false)]
    public void As_many_slots_as_heads(bool left)
    {
        var tensors = StatePort.Batch(left, Row([5, 9, 200]), Row([1, 44, 320, 8]));
        foreach (var name in tensors.Keys.Where(name => name.Contains("_per_token", StringComparison.Ordinal)).ToList()) { tensors[name] = tensors[name].transpose(1, 2).contiguous(); }
        StatePort.Said(_port.Check(tensors)).Should().BeEmpty();
    }

    [Theory(DisplayName = "batch: caches that are dumped up to their capacity agree, whatever is in the slots of padding")]
    [InlineData(true)]
    [InlineData(false)]
    public void Capacity(bool left)
    {
        var rows = new[] { Short, Long }.Select(tokens => StatePort.Tensors(_port.Prompt(tokens), steps: [CacheSteps.k_cache, CacheSteps.v_cache])).ToArray();
        var tensors = StatePort.Batch(left, (rows[0], 5), (rows[1], 12));
        foreach (var name in tensors.Keys.Where(name => name.EndsWith("_cache", StringComparison.Ordinal)).ToList())
        {
            tensors[name] = torch.cat([tensors[name], torch.zeros([2, 2, 50, 16])], 2);
        }
        StatePort.Said(_port.Check(tensors)).Should().BeEmpty();
    }

    [Fact(DisplayName = "batch: padding that is not masked is named from the mask and the scores too")]
    public void Padding_in_mask()
    {
        ArticleStep[] seen = [ArticleSteps.qk_per_token, ArticleSteps.mask, ArticleSteps.qk_per_token_after_masking, ArticleSteps.qk_per_token_after_masking_after_softmax];
        var padded = StatePort.Tensors(_port.Prompt([0, 0, 0, 0, 0, 0, 0, .. Short], [0, 0, 0, 0, 0, 0, 0, .. Range(0, 5)]), steps: seen);
        var said = StatePort.Said(_port.Check(StatePort.Batch(left: true, (padded, 5), (StatePort.Tensors(_port.Prompt(Long), steps: seen), 12))));
        said.Should().ContainSingle().Which.Should().Be(KeyValuePair.Create("row 0", "?, padding_not_masked"), "the mask has more keys, which is said of it");
    }

    [Fact(DisplayName = "batch: a mask of truth values cannot be read, and is listed")]
    public void Mask_of_truth_values()
    {
        var tensors = StatePort.Batch(left: true, Row(Short), Row(Long));
        var dump = MemoryDump.Of(tensors);
        var boolean = new DumpEntry("mask", Dtype.BOOL, [2, 1, 12, 12], () => torch.ones([2, 1, 12, 12], dtype: int64));
        var report = _port.Check(new Dump(dump.Path, dump.Format, [.. dump.Entries, boolean]));
        report.Dump.Unreadable.Should().ContainSingle().Which.Name.Should().Be("mask");
    }

    [Fact(DisplayName = "batch: a single prompt that is padded to a bucket agrees, by its mask or by its length, with a batch axis or without")]
    public void Bucket()
    {
        var batch = StatePort.Batch(left: false, Row(Short), Row(Long));
        var row = batch.ToDictionary(tensor => tensor.Key, tensor => tensor.Value[0]);
        var kept = batch.ToDictionary(tensor => tensor.Key, tensor => tensor.Value[..1]);
        StatePort.Said(_port.Check(row)).Should().BeEmpty();
        StatePort.Said(_port.Check(kept)).Should().BeEmpty();
        row.Remove("attention_mask");
        row["lengths"] = torch.tensor(5L);
        StatePort.Said(_port.Check(row)).Should().BeEmpty();
    }

    private static Dictionary<string, Tensor> Passes(params Walk[] rows)
    {
        var tensors = rows.Select(row => StatePort.Tensors(row)).ToList();
        return tensors[0].Keys.ToDictionary(name => $"decode.0.{name}", name => torch.stack(tensors.Select(row => row[name])));
    }

    private static long[] Range(int first, int count) => [.. Enumerable.Range(first, count).Select(slot => (long)slot)];

    private Walk Next(long[] tokens) => StatePort.Next(_port.Prompt(tokens), [4]);

    private (Dictionary<string, Tensor>, int) Row(long[] tokens) => (StatePort.Tensors(_port.Prompt(tokens)), tokens.Length);
}
