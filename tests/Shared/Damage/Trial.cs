using System.Diagnostics;
using Llama3.Formats.Input;

namespace Llama3.Tests.Damage;

/// <summary>What a reader made of an input.</summary>
/// <param name="IsRead">Whether it was read; else it was refused.</param>
/// <param name="Problem">What should not have happened; null if all is well.</param>
/// <param name="Place">Where: problems of one place are probably one.</param>
internal sealed record Trial(bool IsRead, string? Problem = null, string Place = "")
{
    private const int LongestMessage = 1000;
    private const int Attempts = 3;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>What was said of an input that was refused.</summary>
    public string? Message { get; private init; }

    /// <summary>An input is to be read, or refused with a <see cref="BadInputException"/> of one line that names the file, at little cost.</summary>
    public static Trial Of(InputReader reader, byte[] input)
    {
        // What costs too much once may have been held up: by what is made at first use, or by other programs.
        for (var attempt = 1; ; attempt++)
        {
            var (before, begin, busy) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            var trial = Read(reader, input);
            var (memory, time) = (GC.GetAllocatedBytesForCurrentThread() - before, Stopwatch.GetElapsedTime(begin));
            // A process that is stopped for a while uses no processor; one with other threads uses several.
            var cost = Cost(reader, input, memory, time < Longest ? time : TimeSpan.FromTicks(Math.Min(time.Ticks, (Environment.CpuUsage.TotalTime - busy).Ticks)));
            if (trial.Problem is not null || cost is null) { return trial; }
            if (attempt == Attempts) { return trial with { Problem = cost, Place = cost.Split(' ')[^1] }; }
        }
    }

    private static string? Cost(InputReader reader, byte[] input, long memory, TimeSpan time)
    {
        var most = reader.MostMemory + (input.Length * reader.MostMemoryPerByte);
        return memory > most ? $"{input.Length} bytes of input cost {memory:N0} bytes, and {most:N0} are allowed: too much memory"
            : time > Longest ? $"{time.TotalSeconds:0.0} seconds, and {Longest.TotalSeconds} are allowed: too much time"
            : null;
    }

    private static Trial Read(InputReader reader, byte[] input)
    {
        try
        {
            reader.Read(input);
            return new(IsRead: true);
        }
        catch (BadInputException error)
        {
            return Fault(error.Message, reader.File) is { } fault
                ? new(IsRead: false, $"a message that {fault}: {error.Message}", $"{fault}{PlaceOf(error)}")
                : new(IsRead: false) { Message = error.Message };
        }
        catch (Exception error)
        {
            return new(IsRead: false, $"{error}", $"{error.GetType()}{PlaceOf(error)}");
        }
    }

    private static string? Fault(string message, string file) =>
        message.Length > LongestMessage ? $"has more than {LongestMessage} letters"
        : message.Any(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029') ? "is more than a line"
        : !message.Contains(file, StringComparison.Ordinal) ? $"does not name {file}"
        : null;

    /// <summary>The function that threw, of those of this repository.</summary>
    private static string PlaceOf(Exception error) =>
        Array.Find((error.StackTrace ?? "").Split('\n'), line => line.Contains("Llama3.", StringComparison.Ordinal))?.TrimEnd() ?? "";
}
