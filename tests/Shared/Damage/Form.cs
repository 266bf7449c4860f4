namespace Llama3.Tests.Damage;

/// <summary>What a file is made of: a part is changed, and the rest, such as lengths and checksums, made to fit it.</summary>
internal abstract class Form
{
    /// <summary>Nothing that is known.</summary>
    public static Form Bytes { get; } = new Whole();

    /// <summary>The file with a changed part; all of it is changed where it is not of this form.</summary>
    public abstract byte[] Change(byte[] input, Func<byte[], byte[]> change, Random random);

    private sealed class Whole : Form
    {
        public override byte[] Change(byte[] input, Func<byte[], byte[]> change, Random random) => change(input);
    }
}
