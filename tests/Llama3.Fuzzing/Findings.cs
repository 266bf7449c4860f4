using System.IO.MemoryMappedFiles;

namespace Llama3.Fuzzing;

/// <summary>What was found: each input in a file, with the problem, and how to see it again.</summary>
internal sealed class Findings : IDisposable
{
    private const int Longest = 1 << 20, LongestPrinted = 4096;

    private static readonly TimeSpan Endless = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly HashSet<(string Reader, string Place)> _places = [];
    private readonly MemoryMappedFile _running;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Timer _timer;
    private InputReader? _reader;
    private long _number, _numberBefore = -1;
    private TimeSpan _busyBefore;

    /// <param name="folder">Takes the files.</param>
    public Findings(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        _running = MemoryMappedFile.CreateFromFile(RunningFile, FileMode.Create, null, Longest);
        _view = _running.CreateViewAccessor();
        _timer = new Timer(_ => RequireProgress(), null, Endless, Endless);
    }

    /// <summary>How many places were found.</summary>
    public int Count => _places.Count;

    /// <summary>
    /// The input that is read. It stays there if the process ends without a word, as it does where the stack overflows: its length in 4 bytes, then the bytes.
    /// </summary>
    private string RunningFile => Path.Combine(_folder, "running");

    /// <summary>How many were found of a reader.</summary>
    public int Of(InputReader reader) => _places.Count(place => place.Reader == reader.Name);

    /// <summary>Notes what is read from now on.</summary>
    public void Running(InputReader reader, byte[] input)
    {
        (_reader, _number) = (reader, _number + 1);
        _view.Write(0, input.Length);
        _view.WriteArray(sizeof(int), input, 0, input.Length);
    }

    /// <summary>Shows a finding, unless there was one of the same place.</summary>
    public void Add(InputReader reader, byte[] input, Trial trial)
    {
        if (!_places.Add((reader.Name, trial.Place))) { return; }
        var file = Path.Combine(_folder, $"{reader.Name}-{_places.Count}");
        File.WriteAllBytes(file, input);
        Console.WriteLine($"FOUND in {reader.Name}: {trial.Problem}");
        if (input.Length <= LongestPrinted) { Console.WriteLine($"input: {Convert.ToBase64String(input)}"); }
        Console.WriteLine($"again: dotnet run --project tests/Llama3.Fuzzing -- replay {reader.Name} {file}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _view.Dispose();
        _running.Dispose();
        File.Delete(RunningFile);
    }

    /// <summary>Ends the process where one input keeps it busy for ever.</summary>
    private void RequireProgress()
    {
        var busy = Environment.CpuUsage.TotalTime;
        if (_number != _numberBefore) { (_numberBefore, _busyBefore) = (_number, busy); }
        else if (busy - _busyBefore > Endless && _reader is { } reader)
        {
            var input = new byte[_view.ReadInt32(0)];
            _view.ReadArray(sizeof(int), input, 0, input.Length);
            Add(reader, input, new Trial(IsRead: false, $"no end after {Endless.TotalSeconds} seconds of work"));
            Environment.Exit(1);
        }
    }
}
