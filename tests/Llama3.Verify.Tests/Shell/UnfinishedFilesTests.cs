using Llama3.Formats.Input;
using Llama3.Verify.Copy;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Tests.Shell;

/// <summary>What is left of files that were being written when the process had to end: of all files, so that no other test may write one.</summary>
[Collection(nameof(Alone))]
public sealed class UnfinishedFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = "an export that is interrupted leaves nothing, not even of the files that were whole already")]
    public void Interrupted()
    {
        string[] left = [];
        ExportFile[] files = [new("whole", [1]), new("sub/half", stream =>
        {
            stream.Write([1, 2, 3]);
            stream.Flush();
            Directory.EnumerateFiles(_folder["sub"]).Should().ContainSingle("it is being written").Which.Should().EndWith(".part");
            UnfinishedFiles.AbandonAll(then: () => left = Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
            throw new OperationCanceledException();
        })];
        new Action(() => ExportFolder.Write(_folder.Path, files, replace: false)).Should().Throw<OperationCanceledException>();
        left.Should().BeEmpty();
    }

    [Fact(DisplayName = "a file that fails in the middle is removed, and one that it was to replace stays as it was")]
    public void Failed()
    {
        _folder.Write("old", [7]);
        ExportFile[] files = [new("old", [8]), new("new", _ => throw new IOException("full"))];
        new Action(() => ExportFolder.Write(_folder.Path, files, replace: true)).Should().Throw<BadInputException>().WithMessage("*full*");
        Directory.GetFiles(_folder.Path).Should().Equal(_folder["old"]);
        File.ReadAllBytes(_folder["old"]).Should().Equal(7);
    }
}
