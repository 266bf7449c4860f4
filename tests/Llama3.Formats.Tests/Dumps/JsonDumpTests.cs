using System.Text;
using Llama3.Formats.Dumps;

namespace Llama3.Formats.Tests.Dumps;

public sealed class JsonDumpTests : IDisposable
{
    private const string Advice = "JSON has no word for them, so write \"NaN\", \"Infinity\" or \"-Infinity\", in quotes";
    private readonly DumpFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(DisplayName = "JSON dump: lists of unequal lengths, and values that are not numbers, are named with their indices")]
    [InlineData("[[1, 2], [3]]", "w[1] has 1 elements, expected 2 as in the list before it")]
    [InlineData("[[[1], [2]], [[3], [4, 5]]]", "w[1][1] has 2 elements, expected 1 as in the list before it")]
    [InlineData("[[1], []]", "w[1] has 0 elements, *")]
    [InlineData("[[], [1]]", "w[1] has 1 elements, *")]
    [InlineData("[[[]], []]", "w[1] has 0 elements, *")]
    [InlineData("[[], [[]]]", "w[1] has 1 elements, *")]
    [InlineData("[[1], 2]", "w[1] is a number, expected a list as before it")]
    [InlineData("[[], 2]", "w[1] is a number, expected a list as before it")]
    [InlineData("[1, [2]]", "w[1] is a list, expected a number as before it")]
    [InlineData("[1, []]", "w[1] is a list, *")]
    [InlineData("[[1, null]]", "w[0][1] is null, expected a number; for NaN or infinity " + Advice)]
    [InlineData("[true]", "w[0] is true, *")]
    [InlineData("false", "w is false, *")]
    [InlineData("\"nan\"", "w is text, *")]
    [InlineData("[\"I\\ud800\"]", "w[0] is text, *")]
    [InlineData("[{}]", "w[0] is an object, *")]
    public void Ragged(string value, string expected) => Refused($$"""{"v": 1, "w": {{value}}}""", expected);

    [Theory(DisplayName = "JSON dump: shape and data")]
    [InlineData("{}", "w has no \"shape\", expected \"shape\" and \"data\", once each")]
    [InlineData("""{"data": [1]}""", "w has no \"shape\", *")]
    [InlineData("""{"shape": [1]}""", "w has no \"data\", *")]
    [InlineData("""{"shape": [1], "data": [1], "shape": [1]}""", "w has the field \"shape\", *")]
    [InlineData("""{"shape": [1], "values": [1]}""", "w has the field \"values\", *")]
    [InlineData("""{"shape": 1, "data": [1]}""", "\"shape\" of w is bad, expected a list of at most 64 integers from 0 on")]
    [InlineData("""{"shape": [-1], "data": [1]}""", "\"shape\" of w is bad, *")]
    [InlineData("""{"shape": [2, 2], "data": [1, 2, 3]}""",
        "w has the shape [2, 2] and data of shape [3], expected a flat list of as many numbers")]
    [InlineData("""{"shape": [2, 2], "data": [[1, 2], [3, 4]]}""", "w has the shape [2, 2] and data of shape [2, 2], *")]
    [InlineData("""{"shape": [], "data": 1}""", "w has the shape [] and data of shape [], *")]
    [InlineData("""{"shape": [9223372036854775807, 9223372036854775807], "data": [1]}""", "w has the shape [9223372036854775807, *")]
    [InlineData("""{"shape": [0, 9223372036854775807, 9223372036854775807], "data": []}""", "w has the shape [0, *")]
    public void Shape_and_data(string value, string expected) => Refused($$"""{"w": {{value}}}""", expected);

    [Theory(DisplayName = "JSON dump: text that is not JSON is refused with its place")]
    [InlineData("{\"w\": [1,\n NaN]}", "this is not JSON at line 2, byte 2, in w: 'N' is an invalid start of a value.*; " + Advice)]
    [InlineData("{\"w\": [1, -Infinity]}", "this is not JSON at line 1, byte 12, in w: *; " + Advice)]
    [InlineData("{\"w\": [1, 2", "this is not JSON at line 1, byte 12, in w: *")]
    [InlineData("{\"w\": 01}", "this is not JSON *")]
    [InlineData("{\"w\": 1} {}", "this is not JSON at line 1, byte 10, *")]
    [InlineData("{\"w\": 1,}", "this is not JSON *")]
    [InlineData("\u0000", "this is not JSON at line 1, byte 1: *")]
    [InlineData("[1, 2]", "this is not a JSON object, expected {\"tokens\": [1, 2, 3], …}")]
    [InlineData("null", "this is not a JSON object, *")]
    [InlineData("{\"w\": 1, \"w\": 2}", "w is there twice")]
    [InlineData("{\"w\": 1, \"\\u0077\": 2}", "w is there twice")]
    [InlineData("{\"\\ud800\": 1}", "the name at byte 1 is not valid UTF-8 or UTF-16")]
    public void No_json(string json, string expected) => Refused(json, expected);

    [Fact(DisplayName = "JSON dump: bytes that are not UTF-8")]
    public void No_utf8() => _folder.IsRefused(_folder.Write("x.json", [(byte)'{', (byte)'"', 0xFF, .. "\": 1}"u8]), "/x.json: *");

    [Fact(DisplayName = "JSON dump: 64 dimensions, but not lists within lists without end")]
    public void Deep()
    {
        using var dump = Dump.Open(_folder.Write("x.json", $$"""{"w": {{new string('[', 64)}}5{{new string(']', 64)}}}"""));
        dump.Read(dump.Entries[0]).ToInt64s().Should().Equal(5);
        Refused($$"""{"w": {{new string('[', 1_000_000)}}""", "this is not JSON at line 1, byte *, in w: *");
    }

    [Theory(DisplayName = "JSON dump: decimals are rounded once, to float32")]
    [InlineData("1.00000005960464477539062499", 0x3F800000)] // just below 1 + 2^-24, half way to the next float32
    [InlineData("1.000000059604644775390625", 0x3F800000)] // half way: to even
    [InlineData("1.00000005960464477539062501", 0x3F800001)] // just above, yet as float64 half way
    [InlineData("1e39", 0x7F800000)]
    [InlineData("-1e-50", 0x80000000)]
    [InlineData("9223372036854775808", 0x5F000000)]
    [InlineData("1e0", 0x3F800000)]
    public void Rounding(string number, uint bits)
    {
        using var dump = Dump.Open(_folder.Write("x.json", $$"""{"w": {{number}}}"""));
        BitConverter.SingleToUInt32Bits(dump.Read(dump.Entries[0]).ToSingles()[0]).Should().Be(bits);
    }

    [Fact(DisplayName = "JSON dump: a byte order mark, names with escapes, white space, data before shape")]
    public void Sound()
    {
        var path = _folder.Write("x.json", [.. Encoding.UTF8.Preamble,
            .. " { \"\\u0077\\n\" : [\t1 ,\r\n 2 ] , \"flat\": {\"data\": [1, 2.5], \"shape\": [2, 1]}, "u8,
            .. "\"none\": {\"shape\": [2, 0], \"data\": []} } "u8]);
        using var dump = Dump.Open(path);
        dump.Entries.Select(entry => entry.Name).Should().Equal("w\n", "flat", "none");
        dump.Read(dump.Entries[0]).ToInt64s().Should().Equal(1, 2);
        dump.Read(dump.Entries[1]).ToSingles().Should().Equal(1, 2.5f);
        dump.Read(dump.Entries[1]).shape.Should().Equal(2, 1);
        dump.Read(dump.Entries[2]).shape.Should().Equal(2, 0);
    }

    private void Refused(string json, string expected) => _folder.IsRefused(_folder.Write("x.json", json), $"/x.json: {expected}");
}
