using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Dumps;

/// <summary>A tensor that has a file of its own, which ends with its numbers.</summary>
internal static class TensorFile
{
    /// <summary>The entry of a tensor, whose file is opened only while it is read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="opened">The file, open.</param>
    /// <param name="name">The name of the tensor.</param>
    /// <param name="dtype">The dtype of the numbers.</param>
    /// <param name="shape">The sizes of the dimensions.</param>
    /// <param name="begin">Where the numbers begin.</param>
    /// <exception cref="InvalidDataException">The numbers do not fill the file.</exception>
    public static DumpEntry Entry(string path, Stream opened, string name, Dtype dtype, long[] shape, long begin)
    {
        var stamp = new FileStamp(opened, path);
        RequireFull(name, dtype, shape, stamp.length - begin);
        return new(name, dtype, shape, () => InputFile.Read(path, Load));

        Tensor Load(Stream file)
        {
            stamp.RequireSame(file);
            file.Position = begin;
            var numbers = RawNumbers.Read(file, name, dtype, shape);
            stamp.RequireSame(file);
            return numbers;
        }
    }

    /// <summary>Refuses a tensor whose numbers take other than <paramref name="bytes"/> bytes.</summary>
    /// <exception cref="InvalidDataException">They do.</exception>
    public static void RequireFull(string name, Dtype dtype, long[] shape, long bytes)
    {
        if (dtype.ByteLength(shape) != bytes)
        {
            throw new InvalidDataException($"{Printable.Text(name)} has dtype {dtype} and shape {Printable.Shape(shape)}, "
                + $"which does not fit the {bytes} bytes of its numbers; is the file cut off?");
        }
    }
}
