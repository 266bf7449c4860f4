namespace Llama3.Verify.Shell;

/// <summary>Standard input and output as bytes. Tests replace them with their own streams.</summary>
internal static class StandardStreams
{
    public static Func<Stream> Input { get; set; } = Console.OpenStandardInput;

    public static Func<Stream> Output { get; set; } = Console.OpenStandardOutput;
}
