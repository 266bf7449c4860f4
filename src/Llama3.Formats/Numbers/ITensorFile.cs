using Llama3.Formats.Input;

namespace Llama3.Formats.Numbers;

/// <summary>A file of named tensors. Opening it reads no numbers.</summary>
internal interface ITensorFile : IDisposable
{
    /// <summary>Its name in messages.</summary>
    string path { get; }

    /// <summary>How many bytes there were when it was opened.</summary>
    long length { get; }

    /// <summary>The names of the tensors, in the order of the file.</summary>
    IReadOnlyList<string> names { get; }

    /// <summary>Dtype and shape of a tensor; no number is read.</summary>
    /// <exception cref="BadInputException">There is no such tensor.</exception>
    TensorInfo info(string name);

    /// <summary>A tensor: a view of the mapped file where possible. It belongs to the caller's dispose scope.</summary>
    /// <exception cref="BadInputException">There is no such tensor, or the file has changed.</exception>
    Tensor read(string name);

    /// <summary>Refuses a file that has changed since it was opened.</summary>
    /// <exception cref="BadInputException">The file has changed.</exception>
    void RequireSame();
}
