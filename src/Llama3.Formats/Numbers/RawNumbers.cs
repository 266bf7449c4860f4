using System.Numerics;
using Llama3.Formats.Input;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Llama3.Formats.Numbers;

/// <summary>A row of little-endian numbers, as binary files hold them.</summary>
internal static class RawNumbers
{
    private const int PartLength = 1 << 18;

    /// <summary>
    /// Reads a tensor of at most as many numbers as an array can hold: BF16 as BFloat16, other floating dtypes as Float32,
    /// integers and BOOL as Int64, complex dtypes as ComplexFloat32.
    /// </summary>
    /// <param name="stream">At the first number.</param>
    /// <param name="name">The tensor's name in messages.</param>
    /// <param name="dtype">How the numbers are written.</param>
    /// <param name="shape">The sizes of the dimensions.</param>
    /// <exception cref="InvalidDataException">The stream is too short, or a number does not fit into an Int64.</exception>
    public static Tensor Read(Stream stream, string name, Dtype dtype, long[] shape)
    {
        var count = checked((int)(dtype.ByteLength(shape)!.Value / dtype.ElementSize() * dtype.PerElement()));
        try
        {
            return Decode(stream, name, dtype, shape, count);
        }
        catch (EndOfStreamException error)
        {
            throw new InvalidDataException($"{Printable.Text(name)} ends early: the file has become shorter since it was opened", error);
        }
    }

    private static Tensor Decode(Stream stream, string name, Dtype dtype, long[] shape, int count) => dtype switch
    {
        Dtype.F64 => Tensor.FromSingles(Convert<double, float>(stream, count), shape),
        Dtype.F32 => Tensor.FromSingles(stream.ReadNumbers<float>(count), shape),
        Dtype.F16 => Tensor.FromSingles(Convert<Half, float>(stream, count), shape),
        Dtype.BF16 => Tensor.FromBFloat16(stream.ReadNumbers<ushort>(count), shape),
        Dtype.C64 => Complex(stream.ReadNumbers<float>(count), shape),
        Dtype.C128 => Complex(Convert<double, float>(stream, count), shape),
        _ => torch.tensor(Integers(stream, name, dtype, count), shape),
    };

    private static long[] Integers(Stream stream, string name, Dtype dtype, int count) => dtype switch
    {
        Dtype.I64 => stream.ReadNumbers<long>(count),
        Dtype.I32 => Convert<int, long>(stream, count),
        Dtype.I16 => Convert<short, long>(stream, count),
        Dtype.I8 => Convert<sbyte, long>(stream, count),
        Dtype.U64 => NotNegative(stream.ReadNumbers<long>(count), name),
        Dtype.U32 => Convert<uint, long>(stream, count),
        Dtype.U16 => Convert<ushort, long>(stream, count),
        _ => Convert<byte, long>(stream, count),
    };

    private static Tensor Complex(float[] numbers, long[] shape) => torch.view_as_complex(Tensor.FromSingles(numbers, [.. shape, 2]));

    /// <summary>Refuses unsigned numbers that need all 64 bits.</summary>
    private static long[] NotNegative(long[] numbers, string name)
    {
        var index = numbers.AsSpan().IndexOfAnyExceptInRange(0, long.MaxValue);
        return index < 0 ? numbers : throw new InvalidDataException(
            $"{Printable.Text(name)} has {(ulong)numbers[index]} as element {index}, expected at most {long.MaxValue}");
    }

    private static TTo[] Convert<TFrom, TTo>(Stream stream, int count)
        where TFrom : unmanaged, INumberBase<TFrom>
        where TTo : unmanaged, INumberBase<TTo>
    {
        var numbers = GC.AllocateUninitializedArray<TTo>(count);
        var buffer = new TFrom[Math.Min(count, PartLength)];
        for (var done = 0; done < count;)
        {
            var part = buffer.AsMemory(0, Math.Min(count - done, PartLength));
            stream.Fill(part);
            TensorPrimitives.ConvertTruncating<TFrom, TTo>(part.Span, numbers.AsSpan(done));
            done += part.Length;
        }
        return numbers;
    }
}
