using System.Runtime.InteropServices;

namespace Llama3.Verify.Shell;

/// <summary>Ctrl-C and SIGTERM: the process ends at once, even in the middle of a computation or a read, and leaves no half-written file.</summary>
internal static class Interruption
{
    /// <summary>Kept here because a registration ends when nothing refers to it.</summary>
    private static readonly List<PosixSignalRegistration> Registrations = [];

    /// <summary>Handles both from now on; a second call changes nothing.</summary>
    public static void Handle()
    {
        if (Registrations.Count > 0) { return; }
        Registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Interrupt(ExitCode.Interrupted)));
        Registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Interrupt(ExitCode.Terminated)));
    }

    /// <summary>Ends the process at once, without files that are not whole.</summary>
    public static void End(int exitCode) => UnfinishedFiles.AbandonAll(then: () => Exit(exitCode));

    private static void Interrupt(int exitCode)
    {
        // The prompt of the shell begins a line of its own.
        if (!Console.IsErrorRedirected) { Console.Error.WriteLine(); }
        End(exitCode);
    }

    private static void Exit(int exitCode)
    {
        if (OperatingSystem.IsWindows()) { Environment.Exit(exitCode); }
        _exit(exitCode);
    }

    /// <summary>Ends the process and nothing else. Exit would first take libtorch down, which may be computing.</summary>
    [DllImport("libc")]
    private static extern void _exit(int status);
}
