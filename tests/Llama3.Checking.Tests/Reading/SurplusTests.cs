using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;
using static Llama3.Checking.Tests.Reading.RightPort;

namespace Llama3.Checking.Tests.Reading;

/// <summary>Tables for the whole context, padded scores and caches up to their capacity: what is in use is judged, and a note says so.</summary>
public sealed class SurplusTests
{
    private const string Softmax = "layers.1.qk_per_token_after_masking_after_softmax";
    private const string Masked = "layers.1.qk_per_token_after_masking";
    private const string Scores = "layers.1.qk_per_token";

    [Fact(DisplayName = "tables: of the whole context those positions are judged that are in use, in the prompt and in passes")]
    public void Tables()
    {
        var angles = Angles(64);
        var tensors = new Dictionary<string, Tensor> { ["freqs_for_each_token"] = angles, ["freqs_cos"] = Cos(angles), ["freqs_sin"] = Sin(angles) };
        foreach (var pass in new[] { "decode.0.", "decode.1." })
        {
            foreach (var (name, table) in tensors.Where(pair => !pair.Key.StartsWith("decode", StringComparison.Ordinal)).ToList())
            {
                tensors[pass + name] = table;
            }
            tensors[$"{pass}tokens"] = Passes[$"{pass}tokens"];
        }
        Notes(tensors).Where(note => note.Contains("a table for the whole context, judged at the positions in use")).Should().HaveCount(6);
    }

    [Fact(DisplayName = "tables: complex numbers, with a batch axis, with every number twice")]
    public void Tables_in_other_layouts()
    {
        var (cos, sin) = (Cos(Angles(64)), Sin(Angles(64)));
        Notes(new() { ["freqs_cis"] = torch.view_as_complex(torch.stack([cos, sin], -1)) }).Should().ContainSingle();
        Notes(new() { ["freqs_cis"] = torch.stack([cos, sin], -1).reshape(1, 64, 5, 2) }).Should().ContainSingle();
        Notes(new() { ["freqs_cos"] = torch.cat([cos, cos], -1).reshape(1, 1, 64, 10), ["freqs_sin"] = torch.cat([sin, sin], -1) }).Should().ContainSingle();
    }

    [Fact(DisplayName = "tables: a case has positions of its own")]
    public void Tables_of_a_case()
    {
        var far = MicroModel.Micro.Cases.Single(golden => golden.Name == "far_positions");
        var tensors = new Dictionary<string, Tensor> { ["freqs_for_each_token"] = Angles(8192) };
        var report = new DumpCheck(DumpedRun.Of(MemoryDump.Of(tensors), far)).Run();
        (report.Agrees, report.Results.Count).Should().Be((true, 1));
        tensors["freqs_for_each_token"] = Angles(8191);
        BadInput.IsRefused(() => DumpedRun.Of(MemoryDump.Of(tensors), far), "*a table of 8191 positions is too short, position 8191 is in use");
    }

    [Theory(DisplayName = "tables: too short for the positions in use:")]
    [InlineData("freqs_for_each_token", 16)]
    [InlineData("decode.0.freqs_for_each_token", 17)]
    public void Short_tables(string name, int rows)
    {
        var tensors = new Dictionary<string, Tensor> { ["tokens"] = Prompt["tokens"], [name] = Angles(rows) };
        var report = Check(tensors);
        report.Passes.Prepend(report).SelectMany(one => one.Dump.Unreadable).Single().Problem.Should().Be(
            $"has the shape [{rows}, 5]: a table of {rows} positions is too short, position {rows} is in use");
    }

    [Fact(DisplayName = "padding: columns that the softmax does not see, whatever is in them before it is masked")]
    public void Padded_scores() => Notes(new()
    {
        [Softmax] = Padded(Prompt[Softmax], 256, 0),
        [Masked] = Padded(Prompt[Masked], 256, double.NegativeInfinity),
        [Scores] = Padded(Prompt[Scores], 256, 99),
        ["kq-2"] = Padded(Prompt["layers.2.qk_per_token_before_scaling"], 32, double.NaN).transpose(0, 1).contiguous(),
        ["mask"] = torch.cat([Padded(Prompt["mask"], 256, -1e9), Rubbish(15, 256)], 0),
        ["layers.0.qk_per_token_after_masking"] = Padded(Prompt["layers.0.qk_per_token_after_masking"], 20, -1e4),
    }).Should().Contain("padded to 32 rows and 256 keys, of which 17 are in use: mask")
        .And.Contain($"padded to 256 keys, of which 17 are in use: {Masked}, {Scores}, {Softmax}".Replace($"{Masked}, {Scores}", $"{Scores}, {Masked}"));

    [Fact(DisplayName = "padding: rows by position, and passes of several tokens")]
    public void Padded_rows_and_passes()
    {
        var tensors = Enumerable.Range(0, 17).ToDictionary(at => $"{Softmax}@{at}", at => Padded(Prompt[Softmax].transpose(0, 1)[at], 64, 0));
        Notes(tensors).Should().ContainSingle(note => note.StartsWith("one row per position, padded to 64 keys"));
        foreach (var pass in new[] { "decode.0.", "decode.1." })
        {
            tensors[$"{pass}tokens"] = Passes[$"{pass}tokens"];
            tensors[pass + Softmax] = Padded(Passes[pass + Softmax], 64, 0);
            tensors[$"{pass}attn_inp_kq_mask"] = torch.cat([Padded(Passes[$"{pass}mask"], 64, double.NegativeInfinity), Rubbish(40, 64)], 0);
        }
        Notes(tensors).Should().Contain(note => note.Contains("padded to 64 keys, of which 23 are in use"));
    }

    [Fact(DisplayName = "a mask for the whole context: the rows of the new tokens are judged; one that restarts with every pass is wrong")]
    public void Masks_of_the_whole_context()
    {
        var whole = torch.triu(torch.full([64, 64], double.NegativeInfinity), 1);
        var tensors = new Dictionary<string, Tensor> { ["tokens"] = Prompt["tokens"], ["mask"] = whole };
        foreach (var pass in new[] { "decode.0.", "decode.1." }) { (tensors[$"{pass}tokens"], tensors[$"{pass}mask"]) = (Passes[$"{pass}tokens"], whole); }
        Notes(tensors).Should().Contain("padded to 64 rows and 64 keys, of which 23 are in use: mask");
        tensors["decode.1.mask"] = torch.cat([whole[..5], torch.full([3, 64], double.NegativeInfinity)], 0);
        Check(tensors).Passes[1].FirstFault!.Name.Should().Be("mask");
    }

    [Theory(DisplayName = "padding: what takes part in attention is none:")]
    [InlineData(Softmax, 1e-9)]
    [InlineData(Softmax, double.NaN)]
    [InlineData(Masked, 0)]
    [InlineData(Masked, -20)]
    [InlineData("mask", 0)]
    [InlineData("mask", -10)]
    public void Attended_padding(string name, double value)
    {
        var report = Check(new() { ["tokens"] = Prompt["tokens"], [name] = Padded(Prompt[name], 256, value) });
        report.Dump.Unreadable.Single().Problem.Should().Be(
            "has 256 keys, expected 17; those after them take part in attention, so that they are no padding");
    }

    [Fact(DisplayName = "padding: one or two keys more are a fault of the cache, in a padded softmax too")]
    public void More_keys()
    {
        var tensors = new Dictionary<string, Tensor> { ["decode.0.tokens"] = Passes["decode.0.tokens"], ["tokens"] = Prompt["tokens"] };
        tensors[$"decode.0.{Softmax}"] = Padded(torch.cat([Passes[$"decode.0.{Softmax}"], torch.full([8, 1, 1], 0.25)], -1), 256, 0);
        var fault = Check(tensors).Passes.Single().FirstFault!;
        (fault.Name, fault.Problem).Should().Be((Softmax, "shape [8, 1, 19], expected [8, 1, 18]"));
    }

    [Theory(DisplayName = "caches: of their capacity the rows in use are judged, whatever is in the others:")]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void Caches(double rest)
    {
        var tensors = new Dictionary<string, Tensor> { ["tokens"] = Prompt["tokens"] };
        foreach (var (key, cache) in Passes.Where(pair => pair.Key.EndsWith("_cache", StringComparison.Ordinal) && pair.Key.Contains("layers")))
        {
            tensors[key] = torch.cat([cache, torch.full([2, 64 - cache.shape[1], 10], rest)], 1);
            if (key.Contains(".1.k_cache")) { tensors[key] = tensors[key].transpose(0, 1).reshape(1, 64, 20); }
            tensors[$"{key.Split(".layers")[0]}.tokens"] = Passes[$"{key.Split(".layers")[0]}.tokens"];
        }
        Notes(tensors).Should().Contain(note => note.StartsWith("a cache of 64 rows, of which 18 are in use")).And.Contain(note => note.Contains("of which 30"));
    }

    private static Tensor Padded(Tensor scores, long columns, double value) =>
        torch.cat([scores, torch.full([.. scores.shape[..^1], columns - scores.shape[^1]], value)], -1);

    /// <summary>By position; of 17 in single precision as the article computes them.</summary>
    private static Tensor Angles(int positions) => torch.arange(positions).to_type(float32).reshape(-1, 1) * Prompt["freqs"].reshape(1, -1);

    private static Tensor Cos(Tensor angles) => Each(angles, MathF.Cos);

    private static Tensor Sin(Tensor angles) => Each(angles, MathF.Sin);

    private static Tensor Each(Tensor tensor, Func<float, float> function) =>
        Tensor.FromSingles(tensor.ToSingles().Select(function).ToArray(), tensor.shape);
}
