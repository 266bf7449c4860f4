namespace Llama3.Verify.Shell;

/// <summary>The exit codes of the process.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The port differs from the reference.</summary>
    public const int Differs = 1;

    public const int UnusableInput = 2;

    /// <summary>An error that no input should cause, such as an output that cannot be written.</summary>
    public const int Unexpected = 70;

    /// <summary>Ctrl-C: 128 plus the number of the signal, as shells do it.</summary>
    public const int Interrupted = 130;

    /// <summary>SIGTERM.</summary>
    public const int Terminated = 143;
}
