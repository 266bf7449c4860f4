namespace Llama3.Tensors;

/// <summary>Reading and writing a view in row-major order.</summary>
internal static class Strided
{
    /// <summary>Copies the elements of a view, last index fastest, until <paramref name="destination"/> is full.</summary>
    public static void Copy<T>(
        ReadOnlySpan<T> source, long offset, ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides, Span<T> destination)
    {
        if (destination.IsEmpty) { return; }
        if (sizes.IsEmpty)
        {
            destination[0] = source[(int)offset];
        }
        else if (sizes.Length == 1)
        {
            CopyRow(source[(int)offset..], strides[0], destination);
        }
        else
        {
            var block = destination.Length / (int)sizes[0];
            for (var i = 0; i < sizes[0]; i++)
            {
                Copy(source, offset + (i * strides[0]), sizes[1..], strides[1..], destination.Slice(i * block, block));
            }
        }
    }

    /// <summary>Copies elements into a view, last index fastest, until <paramref name="source"/> is used up.</summary>
    public static void Write<T>(
        ReadOnlySpan<T> source, Span<T> destination, long offset, ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides)
    {
        if (source.IsEmpty) { return; }
        if (sizes.IsEmpty)
        {
            destination[(int)offset] = source[0];
        }
        else if (sizes.Length == 1)
        {
            WriteRow(source, destination[(int)offset..], strides[0]);
        }
        else
        {
            var block = source.Length / (int)sizes[0];
            for (var i = 0; i < sizes[0]; i++)
            {
                Write(source.Slice(i * block, block), destination, offset + (i * strides[0]), sizes[1..], strides[1..]);
            }
        }
    }

    private static void CopyRow<T>(ReadOnlySpan<T> source, long stride, Span<T> destination)
    {
        if (stride == 1) { source[..destination.Length].CopyTo(destination); }
        else if (stride == 0) { destination.Fill(source[0]); }
        else
        {
            for (var i = 0; i < destination.Length; i++) { destination[i] = source[(int)(i * stride)]; }
        }
    }

    private static void WriteRow<T>(ReadOnlySpan<T> source, Span<T> destination, long stride)
    {
        if (stride == 1) { source.CopyTo(destination); }
        else
        {
            for (var i = 0; i < source.Length; i++) { destination[(int)(i * stride)] = source[i]; }
        }
    }
}
