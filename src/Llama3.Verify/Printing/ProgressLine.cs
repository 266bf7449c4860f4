using System.Globalization;

namespace Llama3.Verify.Printing;

/// <summary>
/// A line on standard error about long work: what is being done, how much of it is done, and how long the rest will take. It appears after a
/// second, only in a terminal, and is erased before anything else is printed.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private const int MostLetters = 79;
    private const double TooEarly = 0.02;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.2);

    private readonly Lock _gate = new();
    private readonly TextWriter _output;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly long _begin;
    private string? _doing;
    private string _shown = "";
    private double _share;

    /// <summary>Starts the clock; nothing is printed yet.</summary>
    /// <param name="output">A terminal.</param>
    /// <param name="time">The clock.</param>
    public ProgressLine(TextWriter output, TimeProvider time)
    {
        (_output, _time, _begin) = (output, time, time.GetTimestamp());
        _timer = time.CreateTimer(_ => Draw(), null, Patience, Pause);
    }

    /// <summary>A line on standard error; silent where that is not a terminal.</summary>
    public static ProgressLine Create() => Create(Console.Error, Console.IsErrorRedirected, TimeProvider.System);

    /// <summary>A line on standard error; silent where that is redirected.</summary>
    internal static ProgressLine Create(TextWriter error, bool redirected, TimeProvider time) => new(redirected ? TextWriter.Null : error, time);

    /// <summary>How much of all the work is done, from 0 to 1; it never becomes less.</summary>
    public double Share
    {
        set { lock (_gate) { _share = Math.Max(_share, value); } }
    }

    /// <summary>What is done now, within <see cref="During"/>.</summary>
    public string Doing
    {
        set { lock (_gate) { _doing = value; } }
    }

    /// <summary>Does a part of the work. The line is shown only while it lasts.</summary>
    /// <param name="doing">What is done, such as "39 final_embedding".</param>
    /// <param name="work">The work, which prints nothing.</param>
    public T During<T>(string doing, Func<T> work)
    {
        lock (_gate) { _doing = doing; }
        try
        {
            return work();
        }
        finally
        {
            lock (_gate) { Hide(); }
        }
    }

    /// <summary>Ends, and erases the line.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate) { Hide(); }
    }

    private void Draw()
    {
        lock (_gate)
        {
            if (_doing is null) { return; }
            var line = $"{_doing}{Estimate()}";
            line = line.Length > MostLetters ? line[..MostLetters] : line;
            _output.Write($"\r{line.PadRight(_shown.Length)}");
            _shown = line;
        }
    }

    private void Hide()
    {
        _doing = null;
        if (_shown.Length > 0) { _output.Write($"\r{new string(' ', _shown.Length)}\r"); }
        _shown = "";
    }

    /// <summary>The share that is done, and the time that is left at the pace so far; nothing before there is a pace.</summary>
    private string Estimate()
    {
        if (_share is < TooEarly or >= 1) { return ""; }
        var left = _time.GetElapsedTime(_begin).TotalSeconds * (1 - _share) / _share;
        var text = left < 100 ? $"{Math.Ceiling(left):0} s" : $"{Math.Ceiling(left / 60):0} min";
        return string.Create(CultureInfo.InvariantCulture, $": {100 * _share:0} % done, {text} left");
    }
}
