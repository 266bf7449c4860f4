namespace Llama3.Verify;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    public const int UnusableInput = 2;
}
