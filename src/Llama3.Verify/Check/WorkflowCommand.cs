namespace Llama3.Verify.Check;

/// <summary>A line that GitHub Actions shows as an annotation.</summary>
internal static class WorkflowCommand
{
    /// <summary>The line.</summary>
    /// <param name="level">"error" or "notice".</param>
    /// <param name="title">The annotation's title.</param>
    /// <param name="message">Its text, which may have several lines.</param>
    public static string Of(string level, string title, string message) => $"::{level} title={Property(title)}::{Message(message)}";

    private static string Property(string text) =>
        Message(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);

    private static string Message(string text) => text.Replace("%", "%25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);
}
