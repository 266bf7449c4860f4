using Llama3.Checking.Goldens;
using Llama3.Verify.Copy;

namespace Llama3.Verify.Tests.Copy;

/// <summary>The files of the micro checkpoint in each form, written to memory.</summary>
internal static class Exported
{
    public static IReadOnlyList<string> Names(string format) => [.. Files(format).Select(file => file.Name)];

    public static byte[] Read(string format, string name)
    {
        using var stream = new MemoryStream();
        Files(format).Single(file => file.Name == name).Write(stream);
        return stream.ToArray();
    }

    private static IReadOnlyList<ExportFile> Files(string format) => ExportFormat.All.Single(form => form.Name == format).Files(MicroModel.Micro);
}
