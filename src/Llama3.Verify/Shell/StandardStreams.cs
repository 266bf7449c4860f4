namespace Llama3.Verify.Shell;

/// <summary>Standard input and output as bytes. Tests put streams of their own in their place.</summary>
internal static class StandardStreams
{
    public static Func<Stream> Input { get; set; } = Console.OpenStandardInput;

    public static Func<Stream> Output { get; set; } = Console.OpenStandardOutput;
}
