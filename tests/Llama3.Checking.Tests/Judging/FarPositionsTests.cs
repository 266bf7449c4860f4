using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Tests.Reports;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Positions so far away that a rounding of a frequency turns a pair by a visible angle.</summary>
public sealed class FarPositionsTests
{
    /// <summary>How ports compute frequencies, all of them right.</summary>
    private static readonly Dictionary<string, Func<Values, float[]>> Frequencies = new()
    {
        ["in double"] = v => PlainRope.Frequencies(PlainConfig.Of(v.config)),
        ["by exp and log in float32"] = v => [.. Enumerable.Range(0, v.config.head_dim / 2)
            .Select(pair => MathF.Exp(-(float)pair / (v.config.head_dim / 2) * MathF.Log((float)v.config.rope_theta)))
            .Select(freq => (float)(PlainConfig.Of(v.config).Scaling?.Of(freq) ?? freq))],
    };

    public static TheoryData<string, string> Honest => new() { { "micro", "in double" }, { "micro-3.2", "in double" }, { "micro", "by exp and log in float32" }, { "micro-3.2", "by exp and log in float32" } };

    [Theory(DisplayName = "far positions: frequencies that are rounded otherwise are no mistake:"), MemberData(nameof(Honest))]
    public void Right(string model, string how)
    {
        ArticleStep[] dumped = [ArticleSteps.q_per_token_rotated, ArticleSteps.k_per_token_rotated, ArticleSteps.qk_per_token];
        foreach (var steps in new[] { dumped, dumped[..2], dumped[2..] })
        {
            var report = Check(MicroModel.Named(model), new() { [ArticleSteps.freqs] = v => torch.tensor(Frequencies[how](v)) }, steps);
            report.Results.Where(result => result.IsFault).Select(result => result.ToString()).Should().BeEmpty();
        }
    }

    [Theory(DisplayName = "far positions: a port that rounds what it turns is judged in its precision, though what was fed is float32:")]
    [InlineData("micro", PortPrecision.bf16)]
    [InlineData("micro-3.2", PortPrecision.bf16)]
    [InlineData("micro-3.2", PortPrecision.fp16)]
    public void Rounded(string model, PortPrecision precision)
    {
        var report = Check(MicroModel.Named(model), [], [ArticleSteps.q_per_token_rotated, ArticleSteps.k_per_token_rotated], PlainMath.Roundings[$"{precision}"]);
        (report.Precision, report.Results.Count(result => result.IsFault)).Should().Be((precision, 0));
    }

    [Theory(DisplayName = "far positions: a mistake in the angles still shows, and is named:")]
    [InlineData("micro", "rope_theta_499712")]
    [InlineData("micro", "rope_bf16_freqs")]
    [InlineData("micro", "rope_fp16_freqs")]
    [InlineData("micro-3.2", "rope_theta_499712")]
    [InlineData("micro-3.2", "rope_fp16_freqs")]
    [InlineData("micro-3.2", "rope_scaling_factor_8")]
    [InlineData("micro-3.2", "rope_scaling_middle_kept")]
    [InlineData("micro-3.2", "rope_table_8192")]
    [InlineData("micro-3.2", "rope_bf16_angles")]
    public void Wrong(string model, string name)
    {
        var mistake = KnownMistakes.Everything.Single(mistake => mistake.Name == name);
        var report = Check(MicroModel.Named(model), mistake.Wrong.ToDictionary(), [ArticleSteps.q_per_token_rotated, ArticleSteps.k_per_token_rotated]);
        report.Results.Where(result => result.IsFault).SelectMany(result => result.LooksLike.Select(found => found.Name)).Distinct().Should().Equal(name);
    }

    private static PortReport Check(MicroModel model, Dictionary<ArticleStep, Func<Values, StepResult>> wrong, ArticleStep[] steps, Func<float, float>? round = null)
    {
        var golden = model.CaseNamed("far_positions");
        ArticleStep[] fed = [ArticleSteps.q_per_token, ArticleSteps.k_per_token];
        var port = new Walk(model.Checkpoint, golden.Prompt, float32)
        {
            Source = ResultSource.GivenOrComputed((step, scope) => fed.Contains(step) && scope == Scope.Article ? golden.Results(float32)[step.id] : null),
            positions = golden.Positions(),
        }.With(wrong);
        var dump = fed.Concat(steps).ToDictionary(step => step.id, step => Port.Handle(port[step, Scope.Article].tensor));
        foreach (var step in steps.Where(_ => round is not null)) { dump[step.id] = Tensor.FromSingles(Array.ConvertAll(dump[step.id].ToSingles(), number => round!(number)), dump[step.id].shape); }
        return PortReport.Of(dump, model, caseName: golden.Name);
    }
}
