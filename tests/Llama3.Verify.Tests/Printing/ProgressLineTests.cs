using Llama3.Verify.Printing;

namespace Llama3.Verify.Tests.Printing;

/// <summary>The line that long work shows in a terminal.</summary>
public sealed class ProgressLineTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly Clock _clock = new();

    public void Dispose() => _output.Dispose();

    [Fact(DisplayName = "progress: nothing is shown of work that is done at once")]
    public void Short_work()
    {
        using (var progress = new ProgressLine(_output, _clock)) { progress.During("a step", () => 1).Should().Be(1); }
        _output.ToString().Should().BeEmpty();
    }

    [Fact(DisplayName = "progress: what is done, how much of it, and the time that is left at this pace; then the line is blank again")]
    public void Long_work()
    {
        using var progress = new ProgressLine(_output, _clock);
        progress.During("step 39 of 42, final_embedding", () =>
        {
            _clock.Tick(seconds: 1);
            progress.Share = 0.25;
            _clock.Tick(seconds: 19);
            progress.Share = 0.5;
            _clock.Tick(seconds: 380);
            return 0;
        });
        Lines().Should().Equal(
            "step 39 of 42, final_embedding",
            "step 39 of 42, final_embedding: 25 % done, 60 s left",
            "step 39 of 42, final_embedding: 50 % done, 7 min left",
            "");
    }

    [Fact(DisplayName = "progress: what is done never becomes less, and what is being done may change")]
    public void Share_and_text()
    {
        using var progress = new ProgressLine(_output, _clock);
        progress.During("judging", () =>
        {
            progress.Share = 0.5;
            progress.Share = 0.25;
            _clock.Tick(seconds: 10);
            (progress.Share, progress.Doing) = (1, "looking for the mistake");
            _clock.Tick(seconds: 1);
            return 0;
        });
        Lines().Should().Equal("judging: 50 % done, 10 s left", "looking for the mistake", "");
    }

    [Fact(DisplayName = "progress: between two pieces of work, when others print, nothing is shown")]
    public void Between()
    {
        using var progress = new ProgressLine(_output, _clock);
        progress.During("one", () => 0);
        _clock.Tick(seconds: 5);
        _output.ToString().Should().BeEmpty();
    }

    [Fact(DisplayName = "progress: a line is no wider than a terminal, and hides all of a longer one before it")]
    public void Width()
    {
        using var progress = new ProgressLine(_output, _clock);
        var first = new string('a', 100);
        progress.During(first, () => Tick());
        _output.ToString().Should().Be($"\r{first[..79]}\r{new string(' ', 79)}\r");
    }

    [Theory(DisplayName = "progress: shown in a terminal, and not where standard error is redirected:")]
    [InlineData(false, "\rlong work\r         \r")]
    [InlineData(true, "")]
    public void Redirected(bool redirected, string expected)
    {
        using var progress = ProgressLine.Create(_output, redirected, _clock);
        progress.During("long work", Tick);
        _output.ToString().Should().Be(expected);
    }

    private int Tick()
    {
        _clock.Tick(seconds: 2);
        return 0;
    }

    private string[] Lines() => [.. _output.ToString().Split('\r').Skip(1).SkipLast(1).Select(line => line.TrimEnd())];

    /// <summary>A clock that stands still until it is told to go on; its timers fire once whenever it does.</summary>
    private sealed class Clock : TimeProvider
    {
        private readonly List<TimerCallback> _timers = [];
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Tick(int seconds)
        {
            _now += seconds * TimeSpan.TicksPerSecond;
            foreach (var timer in _timers) { timer(null); }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add(callback);
            return new Timer();
        }

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
