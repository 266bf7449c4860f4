using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;

namespace Llama3.Verify.Commands;

/// <summary>A checkpoint of the user, with its goldens if there are any, open until it is disposed.</summary>
internal sealed class OpenedModel : IDisposable
{
    private readonly Checkpoint _checkpoint;

    /// <summary>Opens the files.</summary>
    /// <param name="checkpoint">The folder of the model, or its file of weights.</param>
    /// <param name="goldens">The folder of its goldens; null for none.</param>
    /// <exception cref="BadInputException">A file is missing or damaged, or they do not belong together.</exception>
    public OpenedModel(string checkpoint, string? goldens)
    {
        _checkpoint = Checkpoint.Open(checkpoint, goldens is null ? TokenizerUse.None : TokenizerUse.Needed);
        try
        {
            Model = goldens is null ? new ReferenceModel(checkpoint, _checkpoint) : GoldenFolder.Open(goldens, _checkpoint);
        }
        catch
        {
            _checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>The model.</summary>
    public GoldenModel Model { get; }

    /// <summary>Refuses what was judged by files that have changed meanwhile.</summary>
    /// <exception cref="BadInputException">A file has changed since it was opened.</exception>
    public void RequireSame()
    {
        _checkpoint.RequireSame();
        (Model as GoldenFolder)?.RequireSame();
    }

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        (Model as IDisposable)?.Dispose();
        _checkpoint.Dispose();
    }
}
