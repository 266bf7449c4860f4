using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Verify.Commands;
using Llama3.Verify.Copy;
using LlamaCpp;

namespace Llama3.LlamaCpp.Tests;

/// <summary>Runs llama.cpp on the micro models, as the README of examples/ports says, in a folder that vanishes with the tests.</summary>
public sealed class LlamaCppRuns : IDisposable
{
    private const uint Float32 = 6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A file in the folder.</summary>
    public string File(string name) => _folder[name];

    /// <summary>A model as GGUF.</summary>
    /// <param name="model">Which.</param>
    /// <param name="type">What its matrices are written in, as in <c>llama3verify copy --type</c>.</param>
    public string Gguf(MicroModel model, string type)
    {
        LlamaCppLibrary.SkipWhereItDoesNotLoad();
        var folder = _folder[$"{model.Name}-{type}"];
        if (!Directory.Exists(folder))
        {
            var format = ExportFormat.Gguf(GgufType.All.Single(one => one.Name == type));
            ExportFolder.Write(folder, format.Files(model), replace: false);
        }
        return Path.Combine(folder, "model.gguf");
    }

    /// <summary>The token after the prompt, and what the check says of all that llama.cpp computes.</summary>
    public (int Next, PortReport Report) Run(MicroModel model, string type, params string[] options) => Judged(model, Gguf(model, type), options);

    /// <summary>The same, judged by what the reference computes with the weights of the file.</summary>
    public (int Next, PortReport Report) RunFile(MicroModel model, string type, params string[] options)
    {
        using var file = new OpenedModel(Gguf(model, type), goldens: null);
        return Judged(file.Model, Gguf(model, type), options);
    }

    /// <summary>The same of another prompt and passes.</summary>
    public PortReport RunOther(MicroModel model, string type, IEnumerable<long> prompt, long[][] passes, params string[] options)
    {
        using var file = new OpenedModel(Gguf(model, type), goldens: null);
        var (path, dump) = (_folder["other.json"], _folder["dump.safetensors"]);
        System.IO.File.WriteAllText(path, JsonSerializer.Serialize(new { tokens = prompt, decode = passes }));
        LlamaCppDump.Run(Gguf(model, type), path, dump, options);
        return PortReport.OfDump(dump, file.Model);
    }

    /// <summary>What the check says of llama.cpp on a file with a mistake in it: of a quantised one against the right file, of float32 against the goldens.</summary>
    /// <param name="model">The right model.</param>
    /// <param name="mistake">Changes the bytes of its file.</param>
    /// <param name="type">The type of its matrices.</param>
    /// <param name="options">Those of the dumper.</param>
    public PortReport RunWrong(MicroModel model, Action<byte[]> mistake, string type = "f32", params string[] options)
    {
        var right = Gguf(model, type);
        var bytes = System.IO.File.ReadAllBytes(right);
        mistake(bytes);
        var wrong = Path.Combine(Path.GetDirectoryName(right)!, "wrong.gguf");
        System.IO.File.WriteAllBytes(wrong, bytes);
        if (type == "f32") { return Judged(model, wrong, options).Report; }
        using var file = new OpenedModel(right, goldens: null);
        return Judged(file.Model, wrong, options).Report;
    }

    /// <summary>Writes another value for a key of the model into its file.</summary>
    public static void Set(byte[] file, string key, float value)
    {
        var at = file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(key)) + key.Length;
        BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at)).Should().Be(Float32, "{0} is a float32", key);
        BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(at + sizeof(uint)), value);
    }

    /// <summary>Writes other numbers in the place of a matrix into its file.</summary>
    public static void Replace(byte[] file, Tensor matrix, Tensor by)
    {
        var at = file.AsSpan().IndexOf(MemoryMarshal.AsBytes(matrix.ToSingles().AsSpan()));
        at.Should().BePositive("the matrix is in the file");
        MemoryMarshal.AsBytes(by.ToSingles().AsSpan()).CopyTo(file.AsSpan(at));
    }

    private (int Next, PortReport Report) Judged(GoldenModel model, string gguf, params string[] options)
    {
        var (prompt, dump) = (Path.Combine(Path.GetDirectoryName(gguf)!, "prompt.json"), _folder["dump.safetensors"]);
        var next = LlamaCppDump.Run(gguf, prompt, dump, options);
        return (next, PortReport.OfDump(dump, model));
    }
}
