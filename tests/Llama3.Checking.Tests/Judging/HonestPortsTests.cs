using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Ports of many models that are right, and compute in another order than the reference (<see cref="HonestPort"/>), are never blamed.</summary>
public sealed class HonestPortsTests
{
    private const int Every = 180;

    private static readonly int[] Short = [1, 2, 17];

    private static readonly bool[] Both = [false, true];

    /// <summary>Models, by what they are.</summary>
    private static readonly Dictionary<string, ModelSizes> Models = new()
    {
        ["MQA"] = new(4, 1, 16) { IsBFloat16 = true },
        ["GQA, 8 over 2"] = new(8, 2, 16) { IsBFloat16 = true, Theta = 500_000 },
        ["MHA, float32 weights"] = new(4, 4, 16) { Theta = 10_000 },
        ["a head_dim of its own, tied, scaled RoPE"] = new(8, 2, 64) { IsBFloat16 = true, Tied = true, Scaling = "llama3" },
        ["one layer"] = new(4, 2, 16) { IsBFloat16 = true, Layers = 1, Eps = 1e-6, Theta = 1_000_000 },
        ["16 layers"] = new(4, 2, 16) { IsBFloat16 = true, Layers = 16 },
        ["16 layers, small weights"] = new(4, 2, 16) { IsBFloat16 = true, Layers = 16, Weights = 0.25f, Eps = 1e-6 },
        ["small weights"] = new(4, 4, 16) { IsBFloat16 = true, Weights = 0.1f, Theta = 500_000 },
        ["large weights"] = new(4, 2, 16) { IsBFloat16 = true, Weights = 3 },
        ["8 layers, rather large weights, tied"] = new(2, 1, 32) { IsBFloat16 = true, Layers = 8, Weights = 1.5f, Tied = true },
        ["outliers"] = new(4, 2, 16) { IsBFloat16 = true, Layers = 4, Outliers = true },
        ["outliers, small weights, float32"] = new(8, 4, 16) { Layers = 3, Outliers = true, Weights = 0.5f, Eps = 1e-6, Scaling = "llama3" },
    };

    /// <summary>
    /// A few of them; where long tests run one in fifteen; with LLAMA3_LONG_TESTS=all longer prompts too. All of them were run when the limits were measured.
    /// </summary>
    public static TheoryData<string, string, int, bool> All => Data(
    [
        .. LongTests.Some(from model in Models.Keys from port in HonestPort.All.Keys from length in Short from musts in Both select (model, port, length, musts), Every, everyInLong: 15),
        .. LongTests.All ? Longer : [],
    ]);

    [Theory(DisplayName = "honest ports of other models are not blamed:"), MemberData(nameof(All))]
    public void Honest(string model, string port, int length, bool musts) => Check(model, port, length, musts);

    private static IEnumerable<(string, string, int, bool)> Longer =>
    [
        .. from model in Models.Keys.Index() from port in HonestPort.All.Keys.Index() where (model.Index + port.Index) % 11 == 0 select (model.Item, port.Item, 300, port.Index % 2 == 0),
        ("MQA", "fp16, norms in float32", 2000, true),
    ];

    private static void Check(string model, string port, int length, bool musts)
    {
        using var random = new RandomModel(Models[model]);
        var walk = random.Port(HonestPort.All[port].Steps, length);
        var dump = MemoryDump.Of(Port.Tensors(walk, musts ? DumpContract.Must.Contains : null));
        var report = new DumpCheck(DumpedRun.Of(dump, random.Model)).Run();
        report.Results.Where(result => result.Verdict != Verdict.Ok).Select(result => result.ToString()).Should().BeEmpty();
        FromOwnInputs(report).Where(result => result.IsFault).Select(result => result.ToString()).Should().BeEmpty("the same must hold after a fault of another step");
    }

    /// <summary>The verdicts on what the port makes of its own inputs.</summary>
    private static List<JudgedResult> FromOwnInputs(PortReport report)
    {
        var tolerances = new PortTolerances(report.Dump.Golden.Model.Manifest, report.Precision);
        using var replay = new Replay(report.Dump, tolerances);
        var judge = new ResultJudge(report.Dump, tolerances, replay);
        return [.. report.Results.Select(judge.AgainstOwnInputs)];
    }

    private static TheoryData<string, string, int, bool> Data(IEnumerable<(string Model, string Port, int Length, bool Musts)> all)
    {
        var data = new TheoryData<string, string, int, bool>();
        foreach (var one in all) { data.Add(one.Model, one.Port, one.Length, one.Musts); }
        return data;
    }
}
