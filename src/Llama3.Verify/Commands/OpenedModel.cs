using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;

namespace Llama3.Verify.Commands;

/// <summary>A checkpoint of the user with its goldens, open until it is disposed.</summary>
internal sealed class OpenedModel : IDisposable
{
    private readonly Checkpoint _checkpoint;

    /// <summary>Opens both folders.</summary>
    /// <exception cref="BadInputException">A file is missing or damaged, or they do not belong together.</exception>
    public OpenedModel(string checkpoint, string goldens)
    {
        _checkpoint = Checkpoint.Open(checkpoint);
        try
        {
            Goldens = GoldenFolder.Open(goldens, _checkpoint);
        }
        catch
        {
            _checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>The goldens.</summary>
    public GoldenFolder Goldens { get; }

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        Goldens.Dispose();
        _checkpoint.Dispose();
    }
}
