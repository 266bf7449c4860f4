using System.Diagnostics;

namespace Llama3.Fuzzing;

/// <summary>Damages inputs of one reader again and again, and keeps what leads somewhere new.</summary>
internal sealed class Exploration
{
    /// <summary>So many of the newest inputs are damaged as often as all others together.</summary>
    private const int Newest = 16;

    private readonly Findings _findings;
    private readonly Random _random;
    private readonly Mutator _mutator;
    private readonly Coverage _coverage = new();
    private readonly List<byte[]> _inputs = [], _sound = [];
    private readonly Stopwatch _watch = new();
    private long _tried, _read;

    /// <summary>Begins with the inputs of the corpus.</summary>
    public Exploration(InputReader reader, int seed, Findings findings)
    {
        (Reader, _findings, _random) = (reader, findings, new Random(seed));
        _mutator = new Mutator(_random, reader);
        foreach (var (_, input) in Corpus.Read(reader.Name).Append(("nothing", [])))
        {
            if (!Try(input)) { _inputs.Add(input); }
        }
        (_tried, _read) = (0, 0);
    }

    /// <summary>The reader.</summary>
    public InputReader Reader { get; }

    /// <summary>How many edges the inputs take.</summary>
    public int Edges => _coverage.Edges;

    /// <summary>The inputs that are kept, the corpus first.</summary>
    public IReadOnlyList<byte[]> Inputs => _inputs;

    /// <summary>Tries so many inputs.</summary>
    public void Run(long count)
    {
        var end = _tried + count;
        _watch.Start();
        while (_tried < end)
        {
            Try(_mutator.Damage(Any(), Any()));
        }
        _watch.Stop();
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{Reader.Name,-18} {_tried,10:N0} inputs {_watch.Elapsed.TotalSeconds,7:N1} s {100.0 * _read / Math.Max(_tried, 1),5:N1} % read {Edges,6:N0} edges {_inputs.Count,5:N0} kept {_findings.Of(Reader),3:N0} findings");

    /// <summary>Half of the time one that was read: what is refused hides all that would have been read after it.</summary>
    private byte[] Any()
    {
        var inputs = _sound.Count > 0 && _random.Next(2) == 0 ? _sound : _inputs;
        return inputs[_random.Next(2) == 0 ? _random.Next(inputs.Count) : _random.Next(Math.Max(0, inputs.Count - Newest), inputs.Count)];
    }

    /// <summary>Whether an input leads somewhere new, and is kept.</summary>
    private bool Try(byte[] input)
    {
        _findings.Running(Reader, input);
        Coverage.Begin();
        var trial = Trial.Of(Reader, input);
        _tried++;
        if (trial.IsRead) { _read++; }
        if (trial.Problem is not null) { _findings.Add(Reader, input, trial); }
        if (!_coverage.Add()) { return false; }
        _inputs.Add(input);
        if (trial.IsRead) { _sound.Add(input); }
        return true;
    }
}
