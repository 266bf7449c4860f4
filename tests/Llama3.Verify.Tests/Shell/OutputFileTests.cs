using Llama3.Verify.Shell;

namespace Llama3.Verify.Tests.Shell;

/// <summary>The files of --html, --junit and --svg.</summary>
public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(DisplayName = "an output that breaks off leaves the older one, or none:")]
    [InlineData("old")]
    [InlineData("new")]
    public void Breaks_off(string name)
    {
        _folder.Write("old", "whole");
        using (var file = new OutputFile(_folder[name]))
        {
            new Action(() => file.Write(stream =>
            {
                stream.Write(new byte[100_000]);
                throw new IOException("No space left on device");
            })).Should().Throw<IOException>();
        }
        Directory.GetFiles(_folder.Path).Should().Equal(_folder["old"]);
        File.ReadAllText(_folder["old"]).Should().Be("whole");
    }

    [Theory(DisplayName = "two runs that write one output: it is that of the last one, whole:")]
    [InlineData("old")]
    [InlineData("new")]
    public void Two_runs(string name)
    {
        _folder.Write("old", "older");
        using (var first = new OutputFile(_folder[name]))
        using (var second = new OutputFile(_folder[name]))
        {
            second.Write(stream => stream.Write(new byte[5]));
            first.Write(stream => stream.Write(new byte[3]));
        }
        File.ReadAllBytes(_folder[name]).Should().Equal(0, 0, 0);
        Directory.GetFiles(_folder.Path).Should().BeEquivalentTo(new[] { _folder["old"], _folder[name] }.Distinct());
    }

    [SkippableFact(DisplayName = "a link stays a link, and a device a device")]
    public void In_place()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no /dev, and links need rights there");
        _folder.Write("old", "older");
        File.CreateSymbolicLink(_folder["link"], _folder["old"]);
        foreach (var path in new[] { _folder["link"], "/dev/null" })
        {
            using var file = new OutputFile(path);
            file.Write(stream => stream.Write("new"u8));
        }
        new FileInfo(_folder["link"]).LinkTarget.Should().Be(_folder["old"]);
        File.ReadAllText(_folder["old"]).Should().Be("new");
        new FileInfo("/dev/null").Length.Should().Be(0);
    }

    [SkippableFact(DisplayName = "a full disk, where an empty file is to be filled: it stays empty")]
    public void Full()
    {
        Skip.IfNot(File.Exists("/dev/full"), "there is no /dev/full");
        using var file = new OutputFile("/dev/full");
        new Action(() => file.Write(stream => stream.Write("new"u8))).Should().Throw<IOException>().WithMessage("*No space left on device*");
    }
}
