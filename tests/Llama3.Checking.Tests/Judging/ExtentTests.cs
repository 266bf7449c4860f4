using Llama3.Checking.Judging;
using Llama3.Checking.Tests.Judging.Strangers;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>How far a mistake reaches, and which of two is named; by rules 7, 9 and 10 of <see cref="Diagnosis"/>.</summary>
public sealed class ExtentTests
{
    [Fact(DisplayName = "extent: what explains nothing, or is contradicted anywhere, is not what happened")]
    public void Not_plain()
    {
        new Extent([]).IsPlain.Should().BeFalse();
        new Extent([(At(0), Finding.Agrees), (At(1), Finding.Nothing)]).IsPlain.Should().BeFalse();
        new Extent([(At(0), Finding.Explains), (At(1), Finding.Contradicts)]).IsPlain.Should().BeFalse();
        new Extent([(At(0), Finding.Explains), (At(0), Finding.NotMade)]).IsPlain.Should().BeFalse();
        new Extent([(At(0), Finding.Explains), (At(1), Finding.Agrees)]).IsPlain.Should().BeTrue();
    }

    [Fact(DisplayName = "extent: where it does not show, it may have been made")]
    public void Everywhere()
    {
        new Extent([(At(0), Finding.Explains), (At(1), Finding.Agrees), (At(2), Finding.Nothing)]).IsEverywhere.Should().BeTrue();
        new Extent([(At(0), Finding.Explains), (At(1), Finding.NotMade)]).IsEverywhere.Should().BeFalse();
    }

    [Fact(DisplayName = "extent: layers are told, with what comes before and after them")]
    public void Layers()
    {
        Text((At(-1), Finding.Explains), (At(0), Finding.NotMade)).Should().Be("before the layers only");
        Text((At(-1), Finding.Explains), (At(0), Finding.Explains), (At(1), Finding.Explains), (At(2), Finding.NotMade)).Should().Be("before the layers and in layers 0–1 only");
        Text((At(int.MaxValue), Finding.Explains), (At(2), Finding.NotMade)).Should().Be("after the layers only");
        Text((At(0), Finding.Explains), (At(1), Finding.Agrees)).Should().BeEmpty();
    }

    [Fact(DisplayName = "extent: rows of a batch and runs are told where it was made in some of them alone")]
    public void Prompts()
    {
        Text((At(0, "row 0"), Finding.NotMade), (At(0, "row 1"), Finding.Explains), (At(0, "row 2"), Finding.Explains)).Should().Be("in rows 1–2 only");
        Text((At(0, "row 0"), Finding.Explains), (At(0, "row 1"), Finding.Agrees)).Should().BeEmpty();
        Text((At(0, "row 0"), Finding.Explains), (At(1, "row 0"), Finding.NotMade), (At(0, "row 1"), Finding.NotMade)).Should().Be("in layer 0 only, in row 0 only");
        new Extent([(At(0, "row 0"), Finding.NotMade), (At(0, "row 1"), Finding.Explains)]).IsPlain.Should().BeTrue();
        Text((At(0, "row 0"), Finding.Explains), (At(0, "row 1") with { Kind = SiteKind.Token }, Finding.NotMade)).Should().BeEmpty("passes of row 1 say nothing of the prompt");
        Text((At(0, "row 0"), Finding.Explains), (At(1, "row 1"), Finding.NotMade)).Should().BeEmpty();
    }

    [Fact(DisplayName = "sites: the layers of one are its own, and those before it that were not dumped")]
    public void Sites()
    {
        var here = new Input(ArticleSteps.k_per_token.id, [17, 10], ArticleSteps.k_per_token, Scope.Layer(3));
        var before = here with { Scope = Scope.Layer(2) };
        var fault = Fault(1, 1) with { Scope = Scope.Layer(3), Between = [before, here] };
        var site = new Site(SiteKind.Prompt, 3, [fault, fault with { Verdict = Verdict.Ok }]);

        site.Faults.Should().ContainSingle();
        site.Layers.Should().Equal(2, 3);
        At(-1).Layers.Should().BeEmpty();
        At(0).Layers.Should().Equal(0);
        At(int.MaxValue).Layers.Should().BeEmpty();
    }

    [Fact(DisplayName = "of two mistakes that explain the same, one outdoes the other by more faults, by reach, by place, or by nearness")]
    public void Outdoes()
    {
        var (one, other) = (Fault(1, 1e-5), Fault(1, 1e-5));
        var (everywhere, somewhere) = (new Extent([(At(0), Finding.Explains)]), new Extent([(At(0), Finding.Explains), (At(1), Finding.NotMade)]));
        var plain = Of("gelu", everywhere, (one, 1e-4));

        plain.Outdoes(Of("relu", everywhere, (one, 1e-4))).Should().BeFalse("they are as good");
        plain.Outdoes(Of("relu", somewhere, (one, 1e-4))).Should().BeTrue();
        Of("relu", somewhere, (one, 1e-4)).Outdoes(plain).Should().BeFalse();
        Of("relu", everywhere, (one, 1e-4), (other, 1e-4)).Outdoes(plain).Should().BeTrue();
        plain.Outdoes(Of("relu", somewhere, (one, 1e-4), (other, 1e-4))).Should().BeFalse("it does not explain all of the other's faults");
        plain.Outdoes(Of("relu", everywhere, (one, 1.1e-3))).Should().BeTrue("it is more than ten times nearer");
        plain.Outdoes(Of("relu", everywhere, (one, 0.9e-3))).Should().BeFalse();
        Of("gelu", everywhere, (one, 0)).Outdoes(Of("relu", everywhere, (one, 1.9e-5))).Should().BeFalse("below 2e-6 all is rounding");
        Of("gelu", everywhere, (one, 0)).Outdoes(Of("relu", everywhere, (one, 2.1e-5))).Should().BeTrue();
    }

    [Fact(DisplayName = "of two mistakes that explain the same, that of a cache comes first, and one in other tables than those dumped last")]
    public void Outdoes_by_kind()
    {
        var everywhere = new Extent([(At(0), Finding.Explains)]);
        var fault = Fault(1, 1e-5);
        var (plain, beside) = (Of("gelu", everywhere, (fault, 1e-4)), Of("gelu", everywhere, (fault, 1e-4)));
        beside = beside with { Hypothesis = beside.Hypothesis with { BesidePrepared = true } };
        var ofCache = Of("cache_slot_plus1", everywhere, (fault, 1e-4));

        (plain.Outdoes(beside), beside.Outdoes(plain)).Should().Be((true, false));
        (ofCache.Outdoes(plain), plain.Outdoes(ofCache)).Should().Be((true, false));
        (ofCache.Outdoes(ofCache), beside.Outdoes(beside)).Should().Be((false, false));
    }

    [Fact(DisplayName = "what is said of a mistake: its place and its reach, and whether tables were dumped that it did not use")]
    public void Said()
    {
        var somewhere = new Extent([(At(0), Finding.Explains), (At(1), Finding.NotMade)]);

        new Suspicion(new Hypothesis([Combination.Known("gelu")]) { BesidePrepared = true }, somewhere, new Dictionary<JudgedResult, double>()).Cause.ToString()
            .Should().Be("gelu, in layer 0 only, with other tables or weights than those dumped");
    }

    private static string Text(params (Site, Finding)[] findings) => new Extent(findings).ToString();

    private static Site At(int stage, string prompt = "") => new(SiteKind.Prompt, stage, []) { Prompt = prompt };

    private static Suspicion Of(string name, Extent extent, params (JudgedResult Fault, double Distance)[] faults) => new(
        new Hypothesis([Combination.Known(name)]), extent, faults.ToDictionary<(JudgedResult Fault, double Distance), JudgedResult, double>(pair => pair.Fault, pair => pair.Distance, ReferenceEqualityComparer.Instance));

    private static JudgedResult Fault(double distance, double limit) => new()
    {
        Step = ArticleSteps.output_after_feedforward,
        Scope = Scope.Layer(0),
        Name = "layers.0.output_after_feedforward",
        Verdict = Verdict.WrongBetween,
        Local = new(distance, limit),
    };
}
