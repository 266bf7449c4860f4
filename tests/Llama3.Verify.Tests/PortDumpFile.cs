using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Formats.Safetensors;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Tests;

/// <summary>
/// What a port would dump: the reference's own results, with or without a known mistake in them, in a file of their own. Mistakes with
/// a cache are made in passes after the prompt, which are dumped in full, logits aside.
/// </summary>
internal sealed class PortDumpFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("llama3verify-").FullName;

    public PortDumpFile(string? mistake = null, Func<ArticleStep, bool>? dumps = null, int passes = 0, string? also = null)
    {
        var model = MicroModel.Micro;
        var walk = new Walk(model.Checkpoint, model.Article.Prompt, ScalarType.Float32);
        if (mistake is not null && passes == 0)
        {
            walk = walk.With(KnownMistakes.All.Where(known => known.Name == mistake || known.Name == also).SelectMany(known => known.Wrong).ToDictionary());
        }
        var results = from layer in Enumerable.Range(0, walk.config.n_layers)
                      from step in Aliases.Dumpable
                      where step.dtype is not null && (dumps ?? DumpContract.Must.Contains)(step)
                      select (step, scope: Scope.Layer(layer));
        using var file = File.Create(Path);
        SafetensorsWriter.Write(file, results.DistinctBy(result => result.scope.KeyOf(result.step))
            .Select(result => SafetensorsTensor.Of(result.scope.KeyOf(result.step), walk[result.step, result.scope].tensor))
            .Concat(Passes(model, mistake).Take(passes).SelectMany(pass => pass)));
    }

    private static IEnumerable<List<SafetensorsTensor>> Passes(MicroModel model, string? mistake)
    {
        var walk = new Walk(model.Checkpoint, model.Article.Prompt, ScalarType.Float32)
        {
            pass = CachePasses.First(model.Article.Results(ScalarType.Float32)[ArticleSteps.tokens.id].tensor),
        };
        foreach (var golden in model.Passes)
        {
            walk = walk.Next(golden.NewTokens);
            if (mistake is not null) { walk = walk.With(KnownMistakes.OfPasses.Single(known => known.Name == mistake).Wrong); }
            yield return [.. from layer in Enumerable.Range(0, walk.config.n_layers).Select(Scope.Layer)
                             from step in Aliases.DumpableWithCache
                             where step.dtype is not null && step != ArticleSteps.logits && (layer.layer == 0 || step.repeats != Repeats.Once)
                             select SafetensorsTensor.Of(golden.Prefix + layer.KeyOf(step), walk[step, layer].tensor)];
        }
    }

    public string Path => System.IO.Path.Combine(_folder, "dump.safetensors");

    /// <summary>A file beside the dump.</summary>
    public string Beside(string name) => System.IO.Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
