using Llama3.Reference;
using Llama3.Reference.Checking;
using Llama3.Reference.Exports;
using Llama3.Reference.Ports;

namespace Llama3.Verify.Tests;

/// <summary>What a port would dump: the reference's own results, with or without a known mistake in them, in a file of their own.</summary>
internal sealed class PortDumpFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("llama3verify-").FullName;

    public PortDumpFile(string? mistake = null, Func<ArticleStep, bool>? dumps = null)
    {
        var model = MicroModel.Micro;
        var walk = new Walk(model.Checkpoint, model.Article.Prompt, ScalarType.Float32);
        if (mistake is not null) { walk = walk.With(Pitfalls.All.Single(pitfall => pitfall.Name == mistake).Wrong); }
        var results = from layer in Enumerable.Range(0, walk.config.n_layers)
                      from step in Aliases.Dumpable
                      where step.dtype is not null && (dumps ?? PortContract.Must.Contains)(step)
                      select (step, scope: Scope.Layer(layer));
        using var file = File.Create(Path);
        SafetensorsWriter.Write(file, results.DistinctBy(result => result.scope.KeyOf(result.step))
            .Select(result => SafetensorsTensor.Of(result.scope.KeyOf(result.step), walk[result.step, result.scope].tensor)));
    }

    public string Path => System.IO.Path.Combine(_folder, "dump.safetensors");

    /// <summary>A file beside the dump.</summary>
    public string Beside(string name) => System.IO.Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
