using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Reference;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Reports for the tests of a port in C#: of tensors and of files, and what they are as text.</summary>
public sealed class PortReportTests
{
    [Theory(DisplayName = "a dump in files is judged, and closed:")]
    [InlineData("micro", "fp32")]
    [InlineData("micro-mha", "bf16")]
    public void Of_a_dump(string name, string precision)
    {
        var report = PortReport.OfDump(Article(name, precision), MicroModel.Named(name));
        (report.Agrees, report.Precision.ToString(), report.Missing.Count).Should().Be((true, precision, 0));
        report.ToString().Should().Be($"all 41 dumped steps agree with the goldens of {name}");
        report.Dump.Notes.Should().BeEmpty("this can be asked when the file is closed");
    }

    [SkippableFact(DisplayName = "a dump in files is judged as what it is said to be")]
    public void Of_another_model_or_precision()
    {
        LongTests.SkipUnlessAskedFor();
        PortReport.OfDump(Article("micro-mha", "fp32"), MicroModel.MicroMha).Agrees.Should().BeTrue();
        var mixed = PortReport.OfDump(Article("micro-mha", "fp32"));
        mixed.Agrees.Should().BeFalse();
        mixed.ToString().Should().Contain(" cannot be read, such as k_layer0 has the shape [8, 10, 80], expected [2, 10, 80]");
        PortReport.OfDump(Article("micro", "bf16"), precision: PortPrecision.fp32).Agrees.Should().BeFalse();
    }

    [Fact(DisplayName = "what is not a dump is refused")]
    public void Of_no_dump()
    {
        BadInput.IsRefused(() => PortReport.OfDump("there-is-none.safetensors"), "there is no file or folder \"there-is-none.safetensors\", expected *");
        BadInput.IsRefused(() => PortReport.OfDump(Path.Combine(Repository.Root, "README.md")), "*README.md *, expected a .safetensors, *");
        BadInput.IsRefused(() => PortReport.OfDump(Path.Combine(Repository.Root, "fixtures/micro/manifest.json")), "*manifest.json*");
        BadInput.IsRefused(() => PortReport.Of(new Dictionary<string, Tensor>()), "the tensors in memory holds no tensor with a known name*");
        new Action(() => PortReport.OfDump(null!)).Should().Throw<ArgumentNullException>().WithParameterName("path");
        new Action(() => PortReport.Of(null!)).Should().Throw<ArgumentNullException>().WithParameterName("tensors");
    }

    [Fact(DisplayName = "a report, its steps and its results are one line of text each")]
    public void As_text()
    {
        var no_scale = KnownMistakes.All.Single(mistake => mistake.Name == "no_scale");
        var report = PortReport.Of(Port.Tensors(MicroModel.Micro, ScalarType.Float32, no_scale, step => step.part_of is null));
        report.ToString().Should().Be("1 of 41 dumped steps at fault: qk_per_token (looks like no_scale)");
        report.Steps.Single(step => step.Step == ArticleSteps.qk_per_token).ToString().Should().Be("24 qk_per_token: wrong here (looks like no_scale)");
        report.Steps.Single(step => step.Step == ArticleSteps.logits).ToString().Should().Be("41 logits: inherited");
        report.Steps.Single(step => step.Step == ArticleSteps.prompt_split_as_tokens).ToString().Should().EndWith(": not dumped");
        report.FirstFault!.ToString().Should().MatchRegex(@"^layers\.0\.qk_per_token: wrong here, rel-L2 2\.16, at most 1e-5 \(looks like no_scale\)$");
        no_scale.ToString().Should().Be("no_scale: the scores are not divided by √head_dim");
    }

    [Fact(DisplayName = "a report says which pass is wrong")]
    public void Passes_as_text()
    {
        var tensors = Port.Tensors(MicroModel.Micro, ScalarType.Float32, dumps: DumpContract.Must.Contains);
        tensors["decode.0.tokens"] = torch.tensor([5L]);
        PortReport.Of(tensors).ToString().Should().Be(
            "all 17 dumped steps agree with the goldens of micro; decode.0: 1 of 1 dumped steps at fault: tokens");
    }

    private static string Article(string model, string precision) => Path.Combine(Repository.Root, $"fixtures/{model}/article.{precision}.safetensors");
}
