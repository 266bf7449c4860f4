namespace Llama3.Tests.Damage;

/// <summary>A header after its own length, and numbers after it.</summary>
/// <param name="at">Where the length stands.</param>
/// <param name="size">Its bytes, little-endian.</param>
internal sealed class HeaderForm(int at, int size) : Form
{
    /// <summary>A .safetensors file.</summary>
    public static HeaderForm Safetensors { get; } = new(0, sizeof(ulong));

    /// <summary>A .npy file of version 1.</summary>
    public static HeaderForm Npy { get; } = new(8, sizeof(ushort));

    public override byte[] Change(byte[] input, Func<byte[], byte[]> change, Random random)
    {
        var begin = at + size;
        if (input.Length < begin) { return change(input); }
        var said = new byte[sizeof(ulong)];
        input[at..begin].CopyTo(said, 0);
        var length = (int)Math.Min(BitConverter.ToUInt64(said), (ulong)(input.Length - begin));
        var header = change(input[begin..(begin + length)]);
        return [.. input[..at], .. BitConverter.GetBytes((ulong)header.Length)[..size], .. header, .. input[(begin + length)..]];
    }
}
