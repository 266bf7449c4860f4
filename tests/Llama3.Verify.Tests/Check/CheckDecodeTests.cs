using System.Text.Json.Nodes;
using System.Xml.Linq;
using Llama3.Checking.Goldens;

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
        new JsonSchema(JsonNode.Parse(Fixtures.Read("fixtures/check.schema.json"))!.AsObject()).Violations(found).Should().BeEmpty();
        ((bool)found["passed"]!, found["first_fault"]).Should().Be((false, null), "the prompt was right");
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
        failed.Select(test => test.Attribute("name")!.Value).Should().Equal("decode.0: 44 positions", "decode.1: 44 positions");
        check.Output.Split('\n').Count(line => line.StartsWith("::error title=decode.")).Should().Be(2);
        check.Output.Should().Contain("::error title=decode.0%3A 44 positions::wrong here: inputs agree").And.Contain("2 passes after the prompt, 0 agree.");
    }

    [Fact(DisplayName = "check --skip: forgives a fault in every pass; --complete asks for every pass")]
    public void Skipped_and_complete()
    {
        Cli.Run("check", _wrong.Path, "--skip", "positions").ExitCode.Should().Be(0);
        Cli.Run("check", _wrong.Path, "--skip", "positions", "--complete").Output.Should().Contain("missing, though every port must dump them: decode.0.logits, decode.1.logits");
        Cli.Run("check", _wrong.Path, "--skip", "decode.mask").Output.Should().Contain("mask passes now: take away --skip mask");
    }

    /// <summary>A port whose positions are one too far.</summary>
    public sealed class Dumps : IDisposable
    {
        internal PortDumpFile Wrong { get; } = new("cache_pos_plus1", passes: 2);

        public void Dispose() => Wrong.Dispose();
    }
}
