using System.Buffers.Binary;

namespace Llama3.Tests.Damage;

/// <summary>A GGUF file: keys and their values, descriptions of tensors, numbers.</summary>
internal sealed class GgufForm : Form
{
    private const int Header = 24, TensorCount = 8, KeyCount = 16, Text = 8, List = 9;

    /// <summary>The bytes of a value of each type; 0 where it says itself how long it is.</summary>
    private static readonly int[] Sizes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];

    public override byte[] Change(byte[] input, Func<byte[], byte[]> change, Random random)
    {
        if (Parts(input) is not var (keys, tensors, end) || keys.Count == 0) { return change(input); }
        var chosen = random.Next(keys.Count);
        switch (random.Next(8))
        {
            case 0: keys.RemoveAt(chosen); break;
            case 1: keys.Add(keys[chosen]); break;
            case 2 when tensors.Count > 0: tensors.RemoveAt(random.Next(tensors.Count)); break;
            case 3 when tensors.Count > 0: tensors.Add(tensors[random.Next(tensors.Count)]); break;
            case 4 when tensors.Count > 0: tensors[random.Next(tensors.Count)] = change(tensors[random.Next(tensors.Count)]); break;
            case 5: keys[chosen] = Named(keys[chosen], change); break;
            default: keys[chosen] = WithValue(keys[chosen], change, random); break;
        }
        var header = input[..Header];
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(TensorCount), tensors.Count);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(KeyCount), keys.Count);
        byte[] changed = [.. header, .. keys.SelectMany(key => key), .. tensors.SelectMany(tensor => tensor)];
        // As files have it where they do not say otherwise.
        return [.. changed, .. new byte[-changed.Length & 31], .. input[Math.Min(input.Length, (end + 31) & ~31)..]];
    }

    /// <summary>Another name, of a length that is said right.</summary>
    private static byte[] Named(byte[] key, Func<byte[], byte[]> change)
    {
        var end = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(key);
        var name = change(key[8..end]);
        return [.. BitConverter.GetBytes((long)name.Length), .. name, .. key[end..]];
    }

    private static byte[] WithValue(byte[] key, Func<byte[], byte[]> change, Random random)
    {
        var type = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(key);
        if (BinaryPrimitives.ReadInt32LittleEndian(key.AsSpan(type)) == Text && random.Next(4) > 0)
        {
            var text = change(key[(type + 12)..]);
            return [.. key[..(type + 4)], .. BitConverter.GetBytes((long)text.Length), .. text];
        }
        return [.. key[..type], .. change(key[type..])];
    }

    /// <summary>Null where a length leads out of the file.</summary>
    private static (List<byte[]> Keys, List<byte[]> Tensors, int End)? Parts(byte[] input)
    {
        if (input.Length < Header) { return null; }
        var at = Header;
        var (keys, tensors) = (new List<byte[]>(), new List<byte[]>());
        try
        {
            for (var key = BinaryPrimitives.ReadInt64LittleEndian(input.AsSpan(KeyCount)); key > 0; key--) { keys.Add(Next(input, ref at, Key)); }
            for (var tensor = BinaryPrimitives.ReadInt64LittleEndian(input.AsSpan(TensorCount)); tensor > 0; tensor--) { tensors.Add(Next(input, ref at, Tensor)); }
            return (keys, tensors, at);
        }
        catch (Exception error) when (error is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            return null;
        }
    }

    private static byte[] Next(byte[] input, ref int at, Func<byte[], int, int> end)
    {
        var begin = at;
        at = end(input, begin);
        return input.AsSpan(begin, at - begin).ToArray();
    }

    private static int Key(byte[] input, int at)
    {
        var type = After(input, at);
        return Value(input, BinaryPrimitives.ReadInt32LittleEndian(input.AsSpan(type)), type + 4);
    }

    private static int Tensor(byte[] input, int at)
    {
        var dimensions = After(input, at);
        return checked(dimensions + 4 + (BinaryPrimitives.ReadInt32LittleEndian(input.AsSpan(dimensions)) * 8) + 12);
    }

    /// <summary>Where a value ends. No element of a list takes no bytes, so that a false count leads out of the file soon.</summary>
    private static int Value(byte[] input, int type, int at)
    {
        if (type == Text) { return After(input, at); }
        if (type != List) { return at <= input.Length - Sizes[type] ? at + Sizes[type] : throw new ArgumentException("the value leads out of the file"); }
        var (of, count) = (BinaryPrimitives.ReadInt32LittleEndian(input.AsSpan(at)), BinaryPrimitives.ReadInt64LittleEndian(input.AsSpan(at + 4)));
        for (at += 12; count > 0; count--) { at = of == List ? throw new ArgumentException("lists of lists are left as they are") : Value(input, of, at); }
        return at;
    }

    /// <summary>Where a text ends.</summary>
    private static int After(byte[] input, int at)
    {
        var length = BinaryPrimitives.ReadInt64LittleEndian(input.AsSpan(at));
        return length >= 0 && length <= input.Length - at - 8 ? at + 8 + (int)length : throw new ArgumentException("the text leads out of the file");
    }
}
