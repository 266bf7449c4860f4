using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Llama3.Verify.Tests.Check;

/// <summary>llama3verify check on a dump with passes after the prompt, as its users see it.</summary>
public sealed class CheckDecodeTests(CheckDecodeTests.Dumps dumps) : IClassFixture<CheckDecodeTests.Dumps>
{
    private readonly PortDumpFile _wrong = dumps.Wrong;

    [SkippableFact(DisplayName = "check: passes after the prompt, as text")]
    public Task As_text()
    {
        Skip.If(Engine.Tensors != "Managed", "other engines round differently");
        var check = Cli.Run("check", _wrong.Path);
        (check.ExitCode, check.Error).Should().Be((1, ""));
        return Snapshot.Verify(check.Output.Replace(_wrong.Path, "dump.safetensors", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "check --json: passes after the prompt obey the schema")]
    public void As_json()
    {
        var found = JsonNode.Parse(Cli.Run("check", _wrong.Path, "--json").Output)!;
        CheckSchema.Violations(found).Should().BeEmpty();
        ((bool)found["passed"]!, (string)found["first_fault"]!["pass"]!, (string)found["first_fault"]!["id"]!).Should().Be((false, "decode.0", "positions"));
        var passes = found["decode"]!.AsArray();
        passes.Select(pass => ((string)pass!["name"]!, (int)pass["position"]!, (int)pass["tokens"]!, (bool)pass["passed"]!))
            .Should().Equal(("decode.0", 17, 1, false), ("decode.1", 18, 5, false));
        ((string)passes[0]!["first_fault"]!["id"]!, (bool)passes[0]!["has_goldens"]!).Should().Be(("positions", true));
    }

    [Fact(DisplayName = "check --junit and --github: faults of a pass are named after it")]
    public void As_junit_and_annotations()
    {
        var check = Cli.Run("check", _wrong.Path, "--junit", _wrong.Beside("junit.xml"), "--github");
        var failed = XDocument.Load(_wrong.Beside("junit.xml")).Descendants("testcase").Where(test => test.Element("failure") is not null);
        failed.Select(test => test.Attribute("name")!.Value).Should().Equal("decode.0: 44 positions");
        failed.Single().Element("failure")!.Value.Should().EndWith("\ndecode.1: the same");
        check.Output.Split('\n').Should().ContainSingle(line => line.StartsWith("::error title=decode.")).Which.Should().EndWith("%0Adecode.1: the same");
        check.Output.Should().Contain("::error title=decode.0%3A 44 positions::wrong here: inputs agree").And.Contain("2 passes after the prompt, 0 agree.");
    }

    [Fact(DisplayName = "check --skip: forgives a fault in every pass; --complete asks for every pass")]
    public void Skipped_and_complete()
    {
        Cli.Run("check", _wrong.Path, "--skip", "positions").ExitCode.Should().Be(0);
        Cli.Run("check", _wrong.Path, "--skip", "positions", "--complete").Output.Should().Contain("missing, though every port must dump them: logits in decode.0–1");
        Cli.Run("check", _wrong.Path, "--skip", "decode.mask").Output.Should().Contain("mask passes now: take away --skip mask");
    }

    [Fact(DisplayName = "check: one fault in nine passes is told once, in every form; JSON and --verbose have all")]
    public void Nine_passes()
    {
        using var dump = new PortDumpFile("cache_pos_plus1", passes: 9);
        var check = Cli.Run("check", dump.Path, "--github", "--junit", dump.Beside("nine.xml"));
        check.ExitCode.Should().Be(1);
        var lines = check.Output.Split('\n');
        lines.Count(line => line.StartsWith("44 positions", StringComparison.Ordinal)).Should().Be(1);
        lines.Should().ContainSingle(line => line == "decode.1–8: the same").And.ContainSingle(line => line.StartsWith("::error", StringComparison.Ordinal));
        check.Output.Should().Contain("First fault: decode.0: step 44, positions.\n").And.NotContain("roundings");
        var tests = XDocument.Load(dump.Beside("nine.xml")).Descendants("testcase").ToLookup(test => test.Attribute("name")!.Value);
        tests["decode.0: 44 positions"].Single().Element("failure")!.Value.Should().EndWith("\ndecode.1–8: the same");
        tests["decode.7: 44 positions"].Single().Element("skipped")!.Attribute("message")!.Value.Should().Be("wrong here: the same as in decode.0");
        tests["decode.7: 01 tokens"].Single().HasElements.Should().BeFalse("it is right");
        Cli.Run("check", dump.Path, "--verbose").Output.Split('\n').Count(line => line.StartsWith("44 positions", StringComparison.Ordinal)).Should().Be(9);
        var passes = JsonNode.Parse(Cli.Run("check", dump.Path, "--json").Output)!["decode"]!.AsArray();
        passes.Select(pass => (string)pass!["first_fault"]!["pass"]!).Should().Equal(Enumerable.Range(0, 9).Select(number => $"decode.{number}"));
        passes.Should().OnlyContain(pass => !(bool)pass!["drifts"]!);
    }

    /// <summary>A port whose positions are one too far.</summary>
    public sealed class Dumps : IDisposable
    {
        internal PortDumpFile Wrong { get; } = new("cache_pos_plus1", passes: 2);

        public void Dispose() => Wrong.Dispose();
    }
}
