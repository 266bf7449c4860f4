using System.Text.Json;
using System.Text.Json.Serialization;
using Llama3.Formats.Pth;

namespace Llama3.Formats.Tests.Pth;

public class PthReadTests
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>File, then tensor, then what torch reads; see scripts/make_pth_cases.py.</summary>
    private static readonly Dictionary<string, OrderedDictionary<string, Expected>> Cases =
        JsonSerializer.Deserialize<Dictionary<string, OrderedDictionary<string, Expected>>>(PthCases.Case("cases.json"), Options)!;

    public static TheoryData<string> Files => [.. Cases.Keys];

    [Theory(DisplayName = ".pth: every tensor is read as torch reads it"), MemberData(nameof(Files))]
    public void As_torch(string name)
    {
        using var file = PthCases.Open(PthCases.Case(name));
        file.names.Should().Equal(Cases[name].Keys);
        foreach (var (tensor, expected) in Cases[name])
        {
            var type = expected.dtype == "bfloat16" ? ScalarType.BFloat16 : ScalarType.Float32;
            file.info(tensor).Should().BeEquivalentTo(new { dtype = type, expected.shape });
            var read = file.read(tensor);
            read.dtype.Should().Be(type);
            read.shape.Should().Equal(expected.shape);
            Bits(read.ToSingles()).Should().Equal(Bits(expected.values), "so torch reads {0}", tensor);
        }
    }

    [Fact(DisplayName = ".pth: a tensor that is not there is named")]
    public void Unknown_tensor() => BadInput.IsRefused(() => PthCases.Open(PthCases.Case("types.pth")).read("wq"), "x.pth holds no tensor wq");

    [Fact(DisplayName = ".pth: half precision is widened without loss, all 65,536 of them")]
    public void All_halves()
    {
        var bits = Enumerable.Range(0, 65536).Select(value => (ushort)value).ToArray();
        using var file = PthCases.Open(PthCases.WithTensor(0, [65536], [1], 65536, "HalfStorage", [.. bits.SelectMany(BitConverter.GetBytes)]));
        file.read("w").ToSingles().Should().Equal(bits.Select(value => (float)BitConverter.UInt16BitsToHalf(value)));
    }

    [Fact(DisplayName = ".pth: views of one storage read it once")]
    public void Shared_storage()
    {
        var stream = new MemoryStream(PthCases.Case("views.pth"));
        using var file = new PthFile(stream, "x.pth");
        var whole = file.read("whole");
        stream.Position = 0;
        file.read("transposed").ToSingles().Should().Equal(whole.T.ToSingles());
        stream.Position.Should().Be(0);
        GC.KeepAlive(whole);
    }

    private static IEnumerable<uint> Bits(float[] values) => values.Select(BitConverter.SingleToUInt32Bits);

    private sealed record Expected(long[] shape, string dtype, float[] values);
}
