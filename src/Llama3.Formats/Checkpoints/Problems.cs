using Llama3.Formats.Input;

namespace Llama3.Formats.Checkpoints;

/// <summary>The problems of a checkpoint: the first is thrown, or all are listed.</summary>
internal sealed class Problems
{
    private readonly List<string>? _list;

    private Problems(List<string>? list) => _list = list;

    /// <summary>Throws the first problem.</summary>
    public static Problems Thrown { get; } = new(null);

    /// <summary>Adds the problems to a list.</summary>
    public static Problems ListedIn(List<string> list) => new(list);

    /// <summary>Adds a problem.</summary>
    /// <exception cref="BadInputException">Problems are thrown.</exception>
    public void Add(string message)
    {
        if (_list is null) { throw new BadInputException(message); }
        _list.Add(message);
    }

    /// <summary>The result of <paramref name="read"/>; null if it throws, which adds a problem.</summary>
    /// <exception cref="BadInputException">Problems are thrown.</exception>
    public T? Try<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (BadInputException error) when (_list is not null)
        {
            _list.Add(error.Message);
            return null;
        }
    }
}
