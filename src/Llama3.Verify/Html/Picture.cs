using System.Buffers.Binary;

namespace Llama3.Verify.Html;

/// <summary>An axis of a picture: its name, and what each place on it is called, such as the tokens; without names they are numbered from 0.</summary>
/// <param name="Name">"token", "head" or "dimension".</param>
/// <param name="Length">How many places there are.</param>
/// <param name="Names">A name for each place; null to number them.</param>
public sealed record PictureAxis(string Name, int Length, IReadOnlyList<string>? Names = null)
{
    /// <summary>What a place is called.</summary>
    public string this[int place] => Names?[place] ?? $"{place}";
}

/// <summary>Numbers that a page draws as a heat map. Of what lies in front of rows and columns, one place is shown at a time, to be chosen.</summary>
/// <param name="Alt">What the picture shows, for those who do not see it.</param>
/// <param name="Axes">The axes, at least two; the last two are rows and columns.</param>
/// <param name="Values">The numbers in row-major order.</param>
public sealed record Picture(string Alt, IReadOnlyList<PictureAxis> Axes, IReadOnlyList<float> Values)
{
    /// <summary>The axis of the rows.</summary>
    public PictureAxis Rows => Axes[^2];

    /// <summary>The axis of the columns.</summary>
    public PictureAxis Columns => Axes[^1];

    /// <summary>The axes of which one place is shown.</summary>
    public IEnumerable<PictureAxis> Choosers => Axes.SkipLast(2);

    /// <summary>Pictures of a group show the same place, with the same colours for the same numbers; null to use all colours.</summary>
    public string? Group { get; init; }

    /// <summary>Of a group's pictures, those with the same scale have the same colours for the same numbers; null where all have.</summary>
    public string? Scale { get; init; }

    /// <summary>Whether 0 is the middle of the colours, even where no number is below it.</summary>
    public bool IsSigned { get; init; }

    /// <summary>The place that is shown first, for each of the <see cref="Choosers"/>; the first ones if left out.</summary>
    public IReadOnlyList<int> Chosen { get; init; } = [];

    /// <summary>What a reader should know of the numbers, such as that each is the largest of many; null if nothing.</summary>
    public string? Note { get; init; }

    /// <summary>The nearest bfloat16: for a picture that is enough, and it takes half the room.</summary>
    public static float Rounded(float value)
    {
        if (float.IsNaN(value)) { return float.NaN; }
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }

    /// <summary>How many bits the page keeps of each number: 16 where all are bfloat16, else 32.</summary>
    public int Bits => Values.All(value => (BitConverter.SingleToUInt32Bits(value) & 0xFFFF) == 0) ? 16 : 32;

    /// <summary>The numbers, little-endian, in base64url, none of whose letters HTML escapes: float32, or the upper half of it.</summary>
    public string Base64Url()
    {
        var size = Bits / 8;
        var bytes = new byte[Values.Count * size];
        foreach (var (index, value) in Values.Index())
        {
            var bits = BitConverter.SingleToUInt32Bits(value);
            if (size == 2) { BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(index * 2), (ushort)(bits >> 16)); }
            else { BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(index * 4), bits); }
        }
        return System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }
}
