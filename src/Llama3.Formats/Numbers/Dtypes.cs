namespace Llama3.Formats.Numbers;

/// <summary>Facts about each dtype.</summary>
internal static class Dtypes
{
    /// <summary>"F64, F32, …"</summary>
    public static string Known { get; } = string.Join(", ", Enum.GetNames<Dtype>());

    /// <summary>The dtype of that name, null if there is none.</summary>
    public static Dtype? Find(string name, StringComparison comparison = StringComparison.Ordinal) =>
        Array.FindIndex(Enum.GetNames<Dtype>(), known => known.Equals(name, comparison)) is var index and >= 0 ? (Dtype)index : null;

    /// <summary>The bytes of one element.</summary>
    public static int ElementSize(this Dtype dtype) => dtype switch
    {
        Dtype.C128 => 16,
        Dtype.F64 or Dtype.I64 or Dtype.U64 or Dtype.C64 => 8,
        Dtype.F32 or Dtype.I32 or Dtype.U32 => 4,
        Dtype.F16 or Dtype.BF16 or Dtype.I16 or Dtype.U16 => 2,
        _ => 1,
    };

    /// <summary>How many numbers one element has: 2 if it is complex.</summary>
    public static int PerElement(this Dtype dtype) => dtype is Dtype.C64 or Dtype.C128 ? 2 : 1;

    /// <summary>
    /// The type it is read as: BF16 as BFloat16, other floating dtypes as Float32, complex dtypes as ComplexFloat32, all others as Int64.
    /// </summary>
    public static ScalarType ReadAs(this Dtype dtype) => dtype switch
    {
        Dtype.BF16 => ScalarType.BFloat16,
        Dtype.F64 or Dtype.F32 or Dtype.F16 => ScalarType.Float32,
        Dtype.C64 or Dtype.C128 => ScalarType.ComplexFloat32,
        _ => ScalarType.Int64,
    };

    /// <summary>The dtype that stores a tensor unchanged; null for a type that <see cref="ReadAs"/> never gives.</summary>
    public static Dtype? Of(ScalarType dtype) => dtype switch
    {
        ScalarType.BFloat16 => Dtype.BF16,
        ScalarType.Float32 => Dtype.F32,
        ScalarType.Int64 => Dtype.I64,
        ScalarType.ComplexFloat32 => Dtype.C64,
        _ => null,
    };

    /// <summary>The bytes of a tensor; null if 64 bits cannot count those of its dimensions other than 0.</summary>
    public static long? ByteLength(this Dtype dtype, IReadOnlyList<long> shape)
    {
        var most = shape.Where(size => size > 0)
            .Aggregate((Int128)dtype.ElementSize(), (product, size) => product > long.MaxValue ? product : product * size);
        return most > long.MaxValue ? null : shape.Contains(0) ? 0 : (long)most;
    }
}
