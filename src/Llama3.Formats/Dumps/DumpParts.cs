using Llama3.Formats.Input;

namespace Llama3.Formats.Dumps;

/// <summary>The files or folders that are one dump together, while they are opened and then as long as the dump is.</summary>
/// <param name="path">The folder that they are in.</param>
internal sealed class DumpParts(string path) : IDisposable
{
    private readonly List<Dump> _parts = [];
    private readonly OrderedDictionary<string, (DumpEntry Entry, string Path)> _entries = [];

    /// <summary>Opens all of them as one dump. If one cannot be opened, those before it are closed.</summary>
    /// <param name="path">The folder that they are in.</param>
    /// <param name="kind">How the format is called, which is that of the parts, after this: "folder of ".</param>
    /// <param name="parts">How to open each, and the prefix of its tensors.</param>
    public static Dump Open(string path, string kind, IEnumerable<(Func<Dump> Open, string Prefix)> parts)
    {
        var opened = new DumpParts(path);
        try
        {
            foreach (var (open, prefix) in parts) { opened.Add(open(), prefix); }
            return opened.Joined(kind);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Adds one, which belongs to this object from now on.</summary>
    /// <param name="part">The file or folder.</param>
    /// <param name="prefix">The prefix of its tensors; those that have it already keep their names.</param>
    /// <exception cref="InvalidDataException">A tensor has been added by this name.</exception>
    private void Add(Dump part, string prefix)
    {
        _parts.Add(part);
        foreach (var entry in part.Entries)
        {
            var name = PassNames.Prefixed(entry.Name, prefix);
            if (!_entries.TryAdd(name, (entry.Renamed(name), part.Path)))
            {
                throw new InvalidDataException($"{Printable.Text(name)} is in {Relative(_entries[name].Path)} and in {Relative(part.Path)}, expected once");
            }
        }
    }

    private Dump Joined(string kind) => new(
        path, $"{kind}{string.Join(" and ", _parts.Select(part => Without(kind, part.Format)).Distinct())}", [.. _entries.Values.Select(found => found.Entry)], this);

    /// <summary>Closes the files.</summary>
    public void Dispose() => _parts.ForEach(part => part.Dispose());

    /// <summary>Runs may have passes in them.</summary>
    private static string Without(string kind, string format) => format.StartsWith(kind, StringComparison.Ordinal) ? format[kind.Length..] : format;

    private string Relative(string part) => Path.GetRelativePath(path, part);
}
