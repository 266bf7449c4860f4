using System.Globalization;
using System.Text.RegularExpressions;
using Llama3.Formats.Gguf;
using Llama3.Formats.Input;

namespace Llama3.Formats.Checkpoints;

/// <summary>One GGUF file, or all parts of a model that was split: model-00001-of-00003.gguf and so on, of which the first describes the model.</summary>
internal static partial class GgufParts
{
    /// <summary>The names of all parts, first the one with the metadata.</summary>
    /// <param name="name">The name of one of them.</param>
    public static IReadOnlyList<string> Of(string name)
    {
        var part = Part().Match(name);
        return part.Success && Number("count") is var count && Number("number") is var own && own >= 1 && own <= count
            ? [.. Enumerable.Range(1, count).Select(number => $"{part.Groups["model"].Value}-{number:00000}-of-{count:00000}.gguf")]
            : [name];

        int Number(string group) => int.Parse(part.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <summary>Opens all parts.</summary>
    /// <exception cref="BadInputException">A part is missing or damaged, or belongs to another model.</exception>
    public static IReadOnlyList<GgufFile> Open(CheckpointFiles files, string name)
    {
        var names = Of(name);
        if (names.FirstOrDefault(part => !files.Has(part)) is { } missing && names.Count > 1)
        {
            throw new BadInputException($"{files.PathOf(missing)} is missing: all {names.Count} parts of the model are needed");
        }
        var parts = new List<GgufFile>();
        try
        {
            foreach (var part in names) { parts.Add(files.Open(part, (stream, path) => new GgufFile(stream, path))); }
            foreach (var (index, part) in parts.Index()) { RequirePart(part, index, parts.Count); }
            return parts;
        }
        catch
        {
            parts.ForEach(part => part.Dispose());
            throw;
        }
    }

    /// <summary>A file that is one of several says so.</summary>
    private static void RequirePart(GgufFile file, int index, int count)
    {
        const string Count = "split.count", Number = "split.no";
        var fields = file.metadata.Fields;
        var says = fields.IsNull(Count) ? 1 : fields.Whole(Count, ushort.MaxValue);
        if (says is 0 or 1 && count == 1) { return; }
        if (says != count) { throw fields.Error(Count, $"{count}, as the name of the file says: parts are named model-00001-of-{Math.Max(says, count):00000}.gguf and so on"); }
        if (fields.Whole(Number, ushort.MaxValue) != index) { throw fields.Error(Number, $"{index}, as the name of the file says"); }
    }

    [GeneratedRegex(@"^(?<model>.+)-(?<number>[0-9]{5})-of-(?<count>[0-9]{5})\.gguf$", RegexOptions.CultureInvariant)]
    private static partial Regex Part();
}
