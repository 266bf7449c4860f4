using Llama3.Formats.Input;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Check;

/// <summary>The file of <c>--junit</c> or <c>--html</c>.</summary>
internal sealed class ReportFile : IDisposable
{
    private readonly OutputFile _file;

    /// <summary>Opens the file, or tries whether there can be one.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">Its path.</param>
    /// <param name="judged">What is judged, which it must not take the place of; null for standard input.</param>
    /// <exception cref="BadInputException">It cannot be written.</exception>
    public ReportFile(string option, string path, string? judged)
    {
        if (path.Length == 0) { throw new BadInputException($"{option} is empty: expected the name of a file"); }
        if (judged is { Length: > 0 } && Path.GetFullPath(judged) == Path.GetFullPath(path))
        {
            throw new BadInputException(Printable.Line($"{option} \"{path}\" is what is judged: name another file"));
        }
        _file = FileGuard.Write($"{option} \"{path}\"", () => new OutputFile(path));
    }

    /// <summary>Writes the report, in place of an older one.</summary>
    /// <exception cref="IOException">It cannot be written; an older one is as it was.</exception>
    public void Write(Action<Stream> write) => _file.Write(write);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();
}
