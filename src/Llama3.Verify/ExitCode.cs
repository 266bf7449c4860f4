namespace Llama3.Verify;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The port differs from the reference.</summary>
    public const int Differs = 1;

    public const int UnusableInput = 2;

    /// <summary>What no input should bring about, such as an output that cannot be written.</summary>
    public const int Unexpected = 70;
}
