using Llama3.Formats.Input;

namespace Llama3.Formats.Gguf;

/// <summary>The kinds of values in the metadata, by their numbers in the file (<c>enum gguf_metadata_value_type</c>).</summary>
internal enum GgufKind
{
    UInt8, Int8, UInt16, Int16, UInt32, Int32, Float32, Bool, Text, Array, UInt64, Int64, Float64,
}

/// <summary>The type of a value.</summary>
/// <param name="Kind">Its kind.</param>
internal readonly record struct GgufValueType(GgufKind Kind)
{
    /// <summary>How many bytes a value takes; of a text and an array at least.</summary>
    public int Bytes => Kind switch
    {
        GgufKind.UInt8 or GgufKind.Int8 or GgufKind.Bool => 1,
        GgufKind.UInt16 or GgufKind.Int16 => 2,
        GgufKind.UInt32 or GgufKind.Int32 or GgufKind.Float32 => 4,
        GgufKind.Array => 12,
        _ => 8,
    };

    /// <summary>The type with a number.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static GgufValueType Of(uint number, string name) => number <= (uint)GgufKind.Float64
        ? new((GgufKind)number)
        : throw new InvalidDataException($"{Printable.Text(name)} has the value type {number}, expected 0 to {(int)GgufKind.Float64}");
}
