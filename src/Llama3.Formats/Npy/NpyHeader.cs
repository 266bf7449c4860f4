using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Npy;

/// <summary>The start of a .npy file: magic bytes, a version, and a Python dict of dtype and shape.</summary>
/// <param name="dtype">How the numbers are written.</param>
/// <param name="shape">The sizes of the dimensions.</param>
/// <param name="begin">Where the numbers begin.</param>
internal sealed record NpyHeader(Dtype dtype, long[] shape, long begin)
{
    private const int LengthAt = 8;
    private const int LeastBytes = LengthAt + sizeof(uint);
    private const int MostBytes = 1 << 16; // numpy itself reads no more than 10,000

    /// <summary>Reads the header, and nothing else.</summary>
    /// <param name="file">At its begin; it need not be seekable.</param>
    /// <param name="length">The length of the file.</param>
    /// <exception cref="InvalidDataException">The file is not a .npy file, or one that cannot be read here.</exception>
    public static NpyHeader Read(Stream file, long length)
    {
        if (length < LeastBytes || file.ReadNumbers<byte>(LengthAt) is not [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', var major, _])
        {
            throw new InvalidDataException("this is not a .npy file: it does not begin as numpy.save begins a file");
        }
        var (promised, begin) = major switch
        {
            1 => (BinaryPrimitives.ReadUInt16LittleEndian(file.ReadNumbers<byte>(sizeof(ushort))), LengthAt + sizeof(ushort)),
            2 or 3 => (BinaryPrimitives.ReadUInt32LittleEndian(file.ReadNumbers<byte>(sizeof(uint))), LengthAt + sizeof(uint)),
            _ => throw new InvalidDataException($"this is version {major} of the .npy format, expected 1, 2 or 3"),
        };
        if (promised > Math.Min(MostBytes, length - begin))
        {
            throw new InvalidDataException($"the file has {length} bytes and promises a header of {promised}; is it cut off?");
        }
        return Parse(Encoding.Latin1.GetString(file.ReadNumbers<byte>((int)promised)), begin + promised);
    }

    /// <summary>A few characters turn the dict into JSON: {'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }</summary>
    private static NpyHeader Parse(string dict, long begin)
    {
        var json = dict.Replace('\'', '"').Replace('(', '[').Replace(')', ']')
            .Replace("False", "false", StringComparison.Ordinal).Replace("True", "true", StringComparison.Ordinal);
        return StrictJson.Parse(Encoding.UTF8.GetBytes(json), "the header is not a dict of Python", header =>
        {
            var dtype = DtypeOf(StrictJson.Field(header, "descr"));
            RequireRowMajor(StrictJson.Field(header, "fortran_order"));
            var shape = StrictJson.Sizes(header, "shape")
                ?? throw new InvalidDataException($"'shape' is missing or bad, expected {StrictJson.ExpectedShape}");
            return new NpyHeader(dtype, shape, begin);
        }, trailingCommas: true);
    }

    private static Dtype DtypeOf(JsonElement descr) => descr.ValueKind switch
    {
        JsonValueKind.String => DtypeOf(descr.GetString()!),
        JsonValueKind.Array => throw new InvalidDataException("the dtype has fields; save each in a file of its own: numpy.save(name, x[field])"),
        _ => throw new InvalidDataException("'descr' is missing or bad, expected a text such as '<f4'"),
    };

    private static Dtype DtypeOf(string descr) => descr switch
    {
        "<f8" => Dtype.F64,
        "<f4" => Dtype.F32,
        "<f2" => Dtype.F16,
        "<i8" => Dtype.I64,
        "<i4" => Dtype.I32,
        "<i2" => Dtype.I16,
        "|i1" => Dtype.I8,
        "<u8" => Dtype.U64,
        "<u4" => Dtype.U32,
        "<u2" => Dtype.U16,
        "|u1" => Dtype.U8,
        "|b1" => Dtype.BOOL,
        "<c8" => Dtype.C64,
        "<c16" => Dtype.C128,
        _ => throw new InvalidDataException($"the dtype is '{Printable.Text(descr)}', {Advice(descr)}"),
    };

    private static string Advice(string descr) => descr switch
    {
        ['>', .. var rest] => $"big-endian; save x.astype('<{Printable.Text(rest)}')",
        "|O" => "Python objects; save numbers: numpy.asarray(x, '<f4'), of lists with equal lengths",
        "|V2" or "<V2" => "so numpy writes the bfloat16 of ml_dtypes; save x.astype('<f4')",
        _ => "expected <f8, <f4, <f2, integers, |b1, <c8 or <c16; save x.astype('<f4')",
    };

    private static void RequireRowMajor(JsonElement fortran_order)
    {
        if (fortran_order.ValueKind != JsonValueKind.False)
        {
            throw new InvalidDataException(fortran_order.ValueKind == JsonValueKind.True
                ? "the numbers are stored column by column (fortran_order); save numpy.ascontiguousarray(x)"
                : "'fortran_order' is missing or bad, expected False");
        }
    }
}
