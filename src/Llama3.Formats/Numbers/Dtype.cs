namespace Llama3.Formats.Numbers;

/// <summary>How the numbers of a file are written, little-endian; spelled as in .safetensors files.</summary>
internal enum Dtype
{
    /// <summary>float64</summary>
    F64,

    /// <summary>float32</summary>
    F32,

    /// <summary>float16</summary>
    F16,

    /// <summary>bfloat16</summary>
    BF16,

    /// <summary>int64</summary>
    I64,

    /// <summary>int32</summary>
    I32,

    /// <summary>int16</summary>
    I16,

    /// <summary>int8</summary>
    I8,

    /// <summary>uint64</summary>
    U64,

    /// <summary>uint32</summary>
    U32,

    /// <summary>uint16</summary>
    U16,

    /// <summary>uint8</summary>
    U8,

    /// <summary>bool, a byte each</summary>
    BOOL,

    /// <summary>complex64, two float32</summary>
    C64,

    /// <summary>complex128, two float64</summary>
    C128,
}
