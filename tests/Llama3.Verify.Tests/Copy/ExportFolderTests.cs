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

    private object? Write(ExportFile file) => Write(replace: true, file);

    private object? Write(bool replace, params ExportFile[] files)
    {
        ExportFolder.Write(_folder, files, replace);
        return null;
    }
}
