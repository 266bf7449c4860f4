namespace Llama3.Reference.Dumps;

/// <summary>What is to be known of a dtype.</summary>
internal static class DumpDtypes
{
    /// <summary>"F64, F32, …"</summary>
    public static string Known { get; } = string.Join(", ", Enum.GetNames<DumpDtype>());

    /// <summary>The dtype of that name, null if there is none.</summary>
    public static DumpDtype? Find(string name, StringComparison comparison = StringComparison.Ordinal) =>
        Array.FindIndex(Enum.GetNames<DumpDtype>(), known => known.Equals(name, comparison)) is var index and >= 0 ? (DumpDtype)index : null;

    /// <summary>The bytes of one element.</summary>
    public static int ElementSize(this DumpDtype dtype) => dtype switch
    {
        DumpDtype.C128 => 16,
        DumpDtype.F64 or DumpDtype.I64 or DumpDtype.U64 or DumpDtype.C64 => 8,
        DumpDtype.F32 or DumpDtype.I32 or DumpDtype.U32 => 4,
        DumpDtype.F16 or DumpDtype.BF16 or DumpDtype.I16 or DumpDtype.U16 => 2,
        _ => 1,
    };

    /// <summary>The numbers that one element becomes.</summary>
    public static int PerElement(this DumpDtype dtype) => dtype is DumpDtype.C64 or DumpDtype.C128 ? 2 : 1;

    /// <summary>The bytes of a tensor; null if 64 bits cannot count those of its dimensions other than 0.</summary>
    public static long? ByteLength(this DumpDtype dtype, long[] shape)
    {
        var most = shape.Where(size => size > 0)
            .Aggregate((Int128)dtype.ElementSize(), (product, size) => product > long.MaxValue ? product : product * size);
        return most > long.MaxValue ? null : shape.Contains(0) ? 0 : (long)most;
    }
}
