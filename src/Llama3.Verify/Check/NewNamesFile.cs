using System.Text;
using Llama3.Formats.Input;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Check;

/// <summary>The file of <c>--save-names</c>. Nothing is overwritten: an older one may have been corrected by hand.</summary>
internal static class NewNamesFile
{
    /// <summary>Writes it.</summary>
    /// <exception cref="BadInputException">There is one, or it cannot be written.</exception>
    public static void Write(string path, IEnumerable<string> lines)
    {
        if (path.Length == 0) { throw new BadInputException("--save-names is empty: expected the name of a file"); }
        if (Path.Exists(path)) { throw new BadInputException(Printable.Line($"--save-names: {path} exists already; name another file, or remove it")); }
        var text = string.Concat(lines.Select(line => line + "\n"));
        FileGuard.Write($"--save-names \"{path}\"", () => UnfinishedFiles.Write([(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)))], replace: false));
    }
}
