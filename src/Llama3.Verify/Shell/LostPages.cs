using System.Runtime.InteropServices;
using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Verify.Shell;

/// <summary>
/// A mapped file that becomes shorter while its numbers are in use: Linux sends SIGBUS. The runtime would print "Fatal error" and a stack trace;
/// here one line says what has happened, and the exit code is that of any file that cannot be used.
/// </summary>
internal static class LostPages
{
    /// <summary>SIGBUS of Linux, on x64 and Arm64. Other systems have other numbers, and were never tried.</summary>
    private const int SigBus = 7;

    private static PosixSignalRegistration? _registration;
    private static int _isTold;

    /// <summary>Handles it from now on; a second call changes nothing.</summary>
    public static void Handle()
    {
        if (_registration is not null || !OperatingSystem.IsLinux()) { return; }
        // Else the runtime's own handler comes first, and ends the process.
        signal(SigBus, 0);
        // .NET runs it on another thread. The one that wants the page tries again meanwhile, in vain.
        _registration = PosixSignalRegistration.Create((PosixSignal)SigBus, _ => End());
    }

    private static void End()
    {
        if (Interlocked.Exchange(ref _isTold, 1) == 1) { return; }
        var problem = NumberFile.ProblemOfMapped ?? "a file that is mapped into memory cannot be read: it has become shorter, or the disk fails";
        Console.Error.WriteLine($"llama3verify: {Printable.Line(problem)}");
        Interruption.End(ExitCode.UnusableInput);
    }

    /// <summary>How the process takes a signal from now on; 0 is the system's way.</summary>
    [DllImport("libc")]
    private static extern nint signal(int signal, nint handler);
}
