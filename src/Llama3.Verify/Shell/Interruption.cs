using System.Runtime.InteropServices;

namespace Llama3.Verify.Shell;

/// <summary>Ctrl-C, and being asked to end: the process ends at once, whatever it computes or reads, and leaves nothing half-written.</summary>
internal static class Interruption
{
    /// <summary>Kept, for without a reference to it a registration ends.</summary>
    private static readonly List<PosixSignalRegistration> Registrations = [];

    /// <summary>Heeds both from now on, if they are not heeded yet.</summary>
    public static void Heed()
    {
        if (Registrations.Count > 0) { return; }
        Registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => End(ExitCode.Interrupted)));
        Registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => End(ExitCode.Terminated)));
    }

    private static void End(int exitCode)
    {
        // What comes next in the terminal begins a line.
        if (!Console.IsErrorRedirected) { Console.Error.WriteLine(); }
        UnfinishedFiles.AbandonAll(then: () => Environment.Exit(exitCode));
    }
}
