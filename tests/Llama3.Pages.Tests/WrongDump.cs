using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Llama3.Pages.Tests;

/// <summary>The goldens of the micro checkpoint as the dump of a port, with a mistake in one step and a name that is HTML.</summary>
internal static class WrongDump
{
    /// <summary>The name, which must be shown as text.</summary>
    public const string Name = "<script>document.title='run'</script>";

    /// <summary>Writes the dump and what check --html says of it.</summary>
    /// <param name="folder">Where to.</param>
    /// <returns>The report.</returns>
    public static string Report(string folder)
    {
        var (dump, report) = (Path.Combine(folder, "dump.safetensors"), Path.Combine(folder, "report.html"));
        File.WriteAllBytes(dump, Spoilt(File.ReadAllBytes(Path.Combine(Repository.Root, "fixtures", "micro", "article.fp32.safetensors"))));
        var tool = Path.Combine(AppContext.BaseDirectory, "llama3verify.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", tool, "check", dump, "--html", report]) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.Should().Be(1, "the dump has a fault");
        return report;
    }

    /// <summary>The queries of two layers change places, and a tensor gets the name. Offsets count from the end of the header, so that it may grow.</summary>
    private static byte[] Spoilt(byte[] safetensors)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(safetensors);
        var header = JsonNode.Parse(safetensors.AsSpan(8, length))!.AsObject();
        var (first, second) = (header["layers.0.q_per_token_rotated"]!, header["layers.1.q_per_token_rotated"]!);
        (first["data_offsets"], second["data_offsets"]) = (second["data_offsets"]!.DeepClone(), first["data_offsets"]!.DeepClone());
        header[Name] = header["layers.2.embedding_delta"]!.DeepClone();
        header.Remove("layers.2.embedding_delta");
        var written = JsonSerializer.SerializeToUtf8Bytes(header);
        var size = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(size, written.Length);
        return [.. size, .. written, .. safetensors.AsSpan(8 + length)];
    }
}
