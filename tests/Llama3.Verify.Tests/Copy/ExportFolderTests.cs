using Llama3.Verify.Copy;

namespace Llama3.Verify.Tests.Copy;

public sealed class ExportFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("llama3verify-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(DisplayName = "a copy that breaks off leaves no half file, neither new nor in place of a whole one")]
    public void Broken_off()
    {
        File.WriteAllText(Path.Combine(_folder, "old"), "whole");
        Action<Stream> breaks = stream =>
        {
            stream.WriteByte(42);
            throw new IOException("No space left on device");
        };
        BadInput.IsRefused(() => Write(new ExportFile("sub/new", breaks)), $"\"{_folder}\" cannot be written: No space left on device");
        BadInput.IsRefused(() => Write(new ExportFile("old", breaks)), $"\"{_folder}\" cannot be written: No space left on device");
        Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Should().Equal(Path.Combine(_folder, "old"));
        File.ReadAllText(Path.Combine(_folder, "old")).Should().Be("whole");
    }

    [Fact(DisplayName = "where a file exists nothing is written, unless it is to be replaced")]
    public void Replace()
    {
        ExportFile[] files = [new("first", [1]), new("second", [2])];
        File.WriteAllText(Path.Combine(_folder, "second"), "mine");
        BadInput.IsRefused(() => Write(replace: false, files), $"\"{_folder}\" holds second already: name another folder, or replace with --force");
        Directory.EnumerateFiles(_folder).Should().Equal(Path.Combine(_folder, "second"));
        Write(replace: true, files);
        File.ReadAllBytes(Path.Combine(_folder, "second")).Should().Equal(2);
    }

    [Fact(DisplayName = "two runs do not write into one folder at a time: the second is refused, and the folder is the first one's")]
    public void Two_runs()
    {
        ExportFile[] others = [new("first", [7]), new("third", [7])];
        Write(replace: true, new("first", [1]), new("second", stream =>
        {
            BadInput.IsRefused(() => Write(replace: true, others), $"\"{_folder}\" cannot be written: *.llama3verify.lock* because it is being used by another process.");
            stream.WriteByte(2);
        }));
        Directory.EnumerateFiles(_folder).Order(StringComparer.Ordinal).Should().Equal(Path.Combine(_folder, "first"), Path.Combine(_folder, "second"));
        File.ReadAllBytes(Path.Combine(_folder, "first")).Should().Equal(1);
    }

    [Fact(DisplayName = "what a killed run has left is in nobody's way")]
    public void Killed()
    {
        foreach (var left in new[] { ".llama3verify.lock", "first.abc.part" }) { File.WriteAllText(Path.Combine(_folder, left), "left"); }
        Write(replace: false, new ExportFile("first", [1]));
        File.ReadAllBytes(Path.Combine(_folder, "first")).Should().Equal(1);
        File.Exists(Path.Combine(_folder, ".llama3verify.lock")).Should().BeFalse();
    }

    [Fact(DisplayName = "a file that appears meanwhile is not replaced")]
    public void Appears()
    {
        var there = Path.Combine(_folder, "second");
        ExportFile[] files = [new("first", [1]), new("second", _ => File.WriteAllText(there, "mine"))];
        BadInput.IsRefused(() => Write(replace: false, files), $"\"{_folder}\" cannot be written: there is a file \"{there}\" by now");
        Directory.EnumerateFiles(_folder).Should().Equal(there);
        File.ReadAllText(there).Should().Be("mine");
    }

    private object? Write(ExportFile file) => Write(replace: true, file);

    private object? Write(bool replace, params ExportFile[] files)
    {
        ExportFolder.Write(_folder, files, replace);
        return null;
    }
}
