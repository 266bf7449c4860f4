using System.Text.Json;
using System.Text.Json.Nodes;
using Llama3.Checking.Facts;
using Llama3.Checking.Goldens;
using Llama3.Checking.Names;

namespace Llama3.Verify.Tests.Commands;

/// <summary>The tool on a checkpoint of the user's: facts, and check with goldens in a folder. Here it is a copy of the micro checkpoint.</summary>
public sealed class OtherModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("llama3verify-").FullName;

    public OtherModelTests() => Cli.Run("copy", _folder, "--format", "pth", "--force").ExitCode.Should().Be(0);

    private string Goldens => Path.Combine(_folder, "goldens");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(DisplayName = "check --checkpoint --goldens: judges as with the embedded model and goldens")]
    public void Check()
    {
        using var dump = new PortDumpFile("rope_theta_1e4", DumpContract.Must.Contains);
        var embedded = Cli.Run("check", dump.Path);
        var folder = Cli.Run("check", dump.Path, "--checkpoint", _folder, "--goldens", Goldens);
        (folder.ExitCode, folder.Error).Should().Be((1, ""));
        folder.Output.Should().Contain("looks like rope_theta_1e4").And.Be(embedded.Output.Replace("micro, article", "Llama-3-micro, article", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "check --checkpoint --goldens --json: obeys the schema, and names the model")]
    public void Check_as_json()
    {
        using var dump = new PortDumpFile();
        var found = JsonNode.Parse(Cli.Run("check", dump.Path, "--checkpoint", _folder, "--goldens", Goldens, "--json").Output)!;
        new JsonSchema(JsonNode.Parse(Fixtures.Read("fixtures/check.schema.json"))!.AsObject()).Violations(found).Should().BeEmpty();
        ((string)found["model"]!).Should().Be("Llama-3-micro");
    }

    [Fact(DisplayName = "check --checkpoint --goldens: both of the same model, and no embedded one beside them")]
    public void Refused()
    {
        using var dump = new PortDumpFile();
        Says("--goldens needs --checkpoint", "--goldens", Goldens);
        Says("give one of them", "--checkpoint", _folder, "--goldens", Goldens, "--model", "micro");
        Says("there is no ", "--checkpoint", _folder, "--goldens", _folder);
        Says("is of a model with ", "--checkpoint", Other(), "--goldens", Goldens);

        void Says(string expected, params string[] arguments)
        {
            var run = Cli.Run(["check", dump.Path, .. arguments]);
            (run.ExitCode, run.Output).Should().Be((2, ""));
            run.Error.Should().Contain(expected).And.EndWith("\n").And.NotMatchRegex("\n.");
        }
    }

    [Fact(DisplayName = "facts: a line for each, what was found in place of what was printed, and 1 if any differs")]
    public void Facts()
    {
        var run = Cli.Run("facts", "--checkpoint", _folder);
        (run.ExitCode, run.Error).Should().Be((1, ""));
        run.Output.Should().Be(Cli.Run("facts").Output);
        var lines = run.Output.TrimEnd('\n').Split('\n');
        lines.Count(line => line.StartsWith("holds    ", StringComparison.Ordinal)).Should().Be(15);
        lines.Count(line => line.StartsWith("differs  ", StringComparison.Ordinal)).Should().Be(49);
        run.Output.Should().Contain(
            "holds    tokens  llama3-from-scratch, cell 9\n").And.Contain(
            "differs  shape.q_layer0  llama3-from-scratch, cell 19\n         found [8, 10, 80], expected [32, 128, 4096]\n");
        lines[^1].Should().StartWith("15 of 64 facts hold");
    }

    [Fact(DisplayName = "facts --json: the same for programs")]
    public void Json()
    {
        var json = JsonElement.Parse(Cli.Run("facts", "--json").Output);
        json.GetProperty("hold").GetInt32().Should().Be(15);
        var facts = json.GetProperty("facts").EnumerateArray().ToList();
        facts.Select(fact => fact.GetProperty("id").GetString()).Should().Equal(FactCheck.Facts.Select(fact => fact.Id));
        facts.Single(fact => fact.GetProperty("id").GetString() == "next_token").GetProperty("holds").GetBoolean().Should().BeTrue();
    }

    [Fact(DisplayName = "facts: a folder that cannot be used is one line and 2")]
    public void No_folder() => Cli.Run("facts", "--checkpoint", "/nowhere").ExitCode.Should().Be(2);

    private string Other()
    {
        var other = Path.Combine(_folder, "other");
        Cli.Run("copy", other, "--format", "pth", "--model", "micro-mha").ExitCode.Should().Be(0);
        return other;
    }
}
