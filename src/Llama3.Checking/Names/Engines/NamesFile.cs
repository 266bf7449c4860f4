using System.Text;
using Llama3.Formats.Input;

namespace Llama3.Checking.Names.Engines;

/// <summary>
/// A file in which a user says what the names of a dump stand for, a line for each: the name, with "{n}" for the number of the layer, and the id of a
/// step; in the same words as <c>engines.tsv</c>. Tabs stand between them, or spaces where the name has none. "#" begins a remark: at the beginning of a line, or after a tab.
/// </summary>
internal static class NamesFile
{
    private const int MostBytes = 10_000_000;
    private const string Expected = "expected a name and the id of a step, such as \"blk_{n}_q q_per_token\"; \"-\" for what is not to be judged";

    /// <summary>Reads a file.</summary>
    /// <exception cref="BadInputException">There is none, or a line of it says nothing.</exception>
    public static EngineNames Read(string path)
    {
        var text = InputFile.Read(path, content => Encoding.UTF8.GetString(Utf8.WithoutByteOrderMark(content.ReadAll(MostBytes, path)).Span));
        var (rows, names) = (new List<EngineTensor>(), new HashSet<NodeName>());
        foreach (var (number, line) in text.Split('\n').Index())
        {
            if (line.Trim() is not { Length: > 0 } content || content[0] == '#') { continue; }
            var row = Row(path, number + 1, content);
            if (!names.Add(row.Name)) { throw Bad(path, number + 1, $"{Printable.Text(row.Name.Text)} is there twice"); }
            rows.Add(row);
        }
        return rows.Count > 0 ? new(Path.GetFileName(path), rows) : throw new BadInputException(Printable.Line($"{path} holds no names, {Expected}"));
    }

    private static EngineTensor Row(string path, int number, string line)
    {
        var said = line.IndexOf("\t#", StringComparison.Ordinal) is var remark and > 0 ? line[..remark] : line;
        var cells = said.Contains('\t') ? said.Split('\t', StringSplitOptions.TrimEntries) : said.Split(' ', 2, StringSplitOptions.TrimEntries);
        try
        {
            return cells.Length is 2 or 3
                ? EngineTensor.Parse(Path.GetFileName(path), cells)
                : throw new FormatException($"\"{Printable.Text(line)}\" is no line of names, {Expected}");
        }
        catch (UnknownStepException error)
        {
            throw Bad(path, number, $"{error.Message}{(StepLike(error.Id) is { } near ? $"; did you mean {near}?" : "; llama3verify steps lists them")}");
        }
        catch (FormatException error)
        {
            throw Bad(path, number, error.Message);
        }
    }

    /// <summary>The id of the step that has a name elsewhere, or is called almost so.</summary>
    private static string? StepLike(string name) =>
        TensorName.Parse(name)?.Alias.Step.id ?? (Misspelling.Of(name) is { } near ? TensorName.Parse(near)?.Alias.Step.id ?? near : null);

    private static BadInputException Bad(string path, int number, string problem) => new(Printable.Line($"{path}, line {number}: {problem}"));
}
