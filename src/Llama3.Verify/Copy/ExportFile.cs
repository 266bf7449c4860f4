namespace Llama3.Verify.Copy;

/// <summary>A file to be written.</summary>
/// <param name="Name">Relative to the folder, with forward slashes.</param>
/// <param name="Write">Writes its content to a seekable stream.</param>
internal sealed record ExportFile(string Name, Action<Stream> Write)
{
    /// <summary>A file with these bytes.</summary>
    public ExportFile(string name, byte[] bytes)
        : this(name, stream => stream.Write(bytes))
    {
    }
}
