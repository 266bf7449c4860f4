namespace Llama3.Verify.Shell;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The port differs from the reference.</summary>
    public const int Differs = 1;

    public const int UnusableInput = 2;

    /// <summary>What no input should bring about, such as an output that cannot be written.</summary>
    public const int Unexpected = 70;

    /// <summary>Ctrl-C: 128 and the number of the signal, as shells have it.</summary>
    public const int Interrupted = 130;

    /// <summary>Asked to end (SIGTERM).</summary>
    public const int Terminated = 143;
}
