using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Names;
using Llama3.Formats.Dumps;
using Llama3.Formats.Safetensors;
using Llama3.Reference;

namespace Llama3.Verify.Tests.Check;

/// <summary>llama3verify check on dumps of which little was understood, or in which weights stand.</summary>
public sealed class CheckCoverageTests : IDisposable
{
    private const string TooLittle = "too little was understood: 1 of the 17 steps that every port must dump, expected 7 at least; --partial if that is meant";

    private readonly string _folder = Directory.CreateTempSubdirectory("llama3verify-").FullName;

    [Fact(DisplayName = "check: a dump of which almost nothing was understood fails, in every form; with --partial it passes")]
    public void Only_tokens()
    {
        var dump = Json(("tokens", Tokens), ("layers.0.attention.wq_x", "[1]"), ("logit", "[1]"));
        var check = Cli.Run("check", dump, "--github", "--junit", Beside("junit.xml"));
        (check.ExitCode, check.Error).Should().Be((1, ""));
        check.Output.Should().Contain($"2 of 3 names are not known.\n{TooLittle}\n")
            .And.Contain($"::error title=coverage::{TooLittle}%0Anot known: layers.0.attention.wq_x").And.Contain("logit; did you mean logits?");
        var failed = XDocument.Load(Beside("junit.xml")).Descendants("testcase").Single(test => test.Element("failure") is not null);
        (failed.Attribute("name")!.Value, failed.Element("failure")!.Attribute("message")!.Value).Should().Be(("coverage", TooLittle));
        Cli.Run("check", dump, "--partial").ExitCode.Should().Be(0);
        Readme.Text(Readme.Check).Should().Contain($"```\n{TooLittle}\n```", "the page shows it");
    }

    [Fact(DisplayName = "check --json: the coverage, and whether the dump is partial on purpose")]
    public void As_json()
    {
        var dump = Json(("tokens", Tokens), ("logit", "[1]"));
        var found = JsonNode.Parse(Cli.Run("check", dump, "--json").Output)!;
        CheckSchema.Violations(found).Should().BeEmpty();
        ((bool)found["passed"]!, (bool)found["partial"]!, found["coverage"]!.ToJsonString()).Should()
            .Be((false, false, """{"asked":17,"found":1,"enough":7,"suffices":false}"""));
        var partial = JsonNode.Parse(Cli.Run("check", dump, "--json", "--partial").Output)!;
        ((bool)partial["passed"]!, (bool)partial["partial"]!).Should().Be((true, true));
    }

    [SkippableFact(DisplayName = "check: what is wrong in a partial dump is a fault, with --partial too")]
    public void Wrong()
    {
        LongTests.SkipUnlessAskedFor();
        Cli.Run("check", Json(("tokens", Tokens), ("next_token", "489")), "--partial").ExitCode.Should().Be(1);
    }

    [Fact(DisplayName = "check: --complete and --partial are not for the same dump")]
    public void Complete_and_partial()
    {
        var check = Cli.Run("check", Json(("tokens", Tokens)), "--complete", "--partial");
        (check.ExitCode, check.Error).Should().Be((2, "llama3verify: --complete asks for every step and --partial for fewer: give one of them\n"));
    }

    [Fact(DisplayName = "check --complete: names the layers that are missing")]
    public void Missing_layers()
    {
        using var right = new PortDumpFile(dumps: step => DumpContract.Must.Contains(step) || step == ArticleSteps.freqs);
        var dump = Dump.Open(right.Path);
        var less = right.Beside("less.safetensors");
        using (var file = File.Create(less))
        {
            SafetensorsWriter.Write(file, dump.Entries
                .Where(entry => entry.Name is not ("layers.1.q_per_token" or "layers.2.q_per_token" or "layers.0.v_per_token"))
                .Select(entry => SafetensorsTensor.Of(entry.Name, dump.Read(entry))));
        }
        dump.Dispose();
        Cli.Run("check", less, "--complete", "--github").Output.Should()
            .Contain("missing, though every port must dump them: q_per_token of layers 1–2, v_per_token of layer 0\n")
            .And.Contain("::error title=--complete::missing, though every port must dump them: q_per_token of layers 1–2");
    }

    [Fact(DisplayName = "check --case: what was fed is not listed as not dumped, and the case has a measure of its own")]
    public void Of_a_case()
    {
        var golden = MicroModel.Micro.CaseNamed("large_scores").Results(ScalarType.Float32);
        var check = Cli.Run("check", Json(
            ("tokens", $"[{string.Join(", ", golden["tokens"].tensor.ToInt64s())}]"),
            ("qk_per_token", Rows(golden["qk_per_token"].tensor)),
            ("qk_per_token_after_masking_after_softmax", Rows(golden["qk_per_token_after_masking_after_softmax"].tensor))), "--case", "large_scores");
        check.ExitCode.Should().Be(0);
        check.Output.Should().Contain("\nnot dumped: 3–23, 25–26, 28–42 (and 2, which is text)\n");
    }

    [Fact(DisplayName = "check --json: a weight that is wrong, whose two axes are of one kind")]
    public void Weights()
    {
        var wo = Golden.For("w_layer0").Tensor;
        var dump = Json(("tokens", Tokens), ("w_layer0", Rows(wo.T.contiguous())));
        var found = JsonNode.Parse(Cli.Run("check", dump, "--json").Output)!;
        CheckSchema.Violations(found).Should().BeEmpty();
        var result = found["steps"]!.AsArray().Single(step => (string)step!["id"]! == "w_layer0")!["results"]![0]!;
        result["places"]!.AsObject().Select(place => place.Key).Should().Equal("row", "column");
        Cli.Run("check", dump, "--verbose").Output.Should().MatchRegex(@"worst at \[row \d+, column \d+\]: ").And.Contain("by row, worst of 80: ").And.Contain("by column, worst");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Tokens => $"[{string.Join(", ", Golden.For("tokens").Tensor.ToInt64s())}]";

    private static string Rows(Tensor tensor) =>
        $"{{\"shape\": [{string.Join(", ", tensor.shape)}], \"data\": [{string.Join(", ", tensor.ToSingles().Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}]}}";

    private string Beside(string name) => Path.Combine(_folder, name);

    private string Json(params (string Name, string Content)[] tensors)
    {
        File.WriteAllText(Beside("dump.json"), $"{{{string.Join(", ", tensors.Select(tensor => $"\"{tensor.Name}\": {tensor.Content}"))}}}");
        return Beside("dump.json");
    }
}
