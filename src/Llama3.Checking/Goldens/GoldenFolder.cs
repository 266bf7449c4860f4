using System.Text.Json;
using Llama3.Checking.Comparing;
using Llama3.Checking.Names;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;
using Llama3.Formats.Safetensors;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>Any checkpoint, with goldens that <c>scripts/capture.py --checkpoint</c> has written into a folder. The files stay open.</summary>
internal sealed class GoldenFolder : GoldenModel, IDisposable
{
    private const int MostManifestBytes = 1 << 24;
    private const string Again = "capture the goldens again with scripts/capture.py";

    private readonly List<SafetensorsFile> _files = [];

    private GoldenFolder(string folder, Checkpoint checkpoint, Manifest manifest) => (Folder, Checkpoint, Manifest) = (folder, checkpoint, manifest);

    /// <inheritdoc/>
    public override string Name => Printable.Text(Manifest.Checkpoint?.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder)));

    /// <inheritdoc/>
    public override string Folder { get; }

    /// <inheritdoc/>
    internal override Manifest Manifest { get; }

    /// <inheritdoc/>
    public override Checkpoint Checkpoint { get; }

    /// <inheritdoc/>
    internal override bool LacksWeights => true;

    /// <summary>Opens a folder of goldens.</summary>
    /// <param name="folder">It holds manifest.json and the goldens that this lists.</param>
    /// <param name="checkpoint">The model on which they were captured; stays open as long as they are used.</param>
    /// <exception cref="BadInputException">A file is missing or damaged, or the goldens are those of a model of another size.</exception>
    public static GoldenFolder Open(string folder, Checkpoint checkpoint)
    {
        var manifest = Path.Combine(folder, "manifest.json");
        if (!File.Exists(manifest))
        {
            throw new BadInputException(Printable.Line($"there is no {manifest}, expected a folder that scripts/capture.py has written"));
        }
        var opened = new GoldenFolder(folder, checkpoint, ReadManifest(manifest));
        try
        {
            opened.RequireTolerances();
            opened.RequireThatModel();
            foreach (var dtype in Precision.All) { opened.RequireGoldens(dtype); }
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Closes the files: the goldens cannot be read afterwards.</summary>
    public void Dispose()
    {
        foreach (var file in _files) { file.Dispose(); }
    }

    /// <summary>Refuses what was judged by files that have changed meanwhile.</summary>
    /// <exception cref="BadInputException">A file has changed since it was opened.</exception>
    internal void RequireSame()
    {
        foreach (var file in _files) { file.RequireSame(); }
    }

    /// <inheritdoc/>
    internal override IEnumerable<KeyValuePair<string, Tensor>> ReadGoldens(string path)
    {
        var file = FileGuard.Read(path, () => new SafetensorsFile(File.OpenRead(path), path));
        _files.Add(file);
        return file.names.Select(name => KeyValuePair.Create(name, file.read(name).DetachFromDisposeScope()));
    }

    private static Manifest ReadManifest(string path)
    {
        try
        {
            return Manifest.Parse(InputFile.Read(path, stream => stream.ReadAll(MostManifestBytes, path)));
        }
        catch (JsonException error)
        {
            var place = error.LineNumber is { } line ? $", line {line + 1}" : "";
            throw new BadInputException(Printable.Line($"{path} is not a manifest of goldens: {Printable.Text(error.Message)}{place}"), error);
        }
    }

    /// <summary>A manifest of another version of the capture may know other steps.</summary>
    private void RequireTolerances()
    {
        var found = Manifest.Tolerances.Where(entry => entry.Engine is null)
            .SelectMany(entry => entry.Steps, (entry, id) => $"{entry.Precision} {id}");
        var needed = from dtype in Precision.All from step in ArticleSteps.all select $"{Precision.Name(dtype)} {step.id}";
        Require([.. found], needed, "tolerances");
        var ports = Manifest.PortTolerances.SelectMany(entry => entry.Steps, (entry, id) => $"{entry.Precision} {entry.Against} {id}");
        var judged = from precision in Enum.GetNames<PortPrecision>()
                     from against in new[] { PortTolerances.Golden, PortTolerances.Local }
                     from step in Aliases.Dumpable
                     select $"{precision} {against} {step.id}";
        Require([.. ports], judged, "port_tolerances");
    }

    private void Require(List<string> found, IEnumerable<string> needed, string field)
    {
        if (needed.FirstOrDefault(one => found.Count(other => other == one) != 1) is { } wrong)
        {
            throw new BadInputException($"{ManifestFile}: \"{field}\" must have one entry for {wrong}, "
                + $"and has {found.Count(one => one == wrong)}: {Again}");
        }
    }

    private void RequireThatModel()
    {
        var (found, given) = (Manifest.Checkpoint?.Params, Checkpoint.Params);
        if (found is null) { throw new BadInputException($"{ManifestFile} does not name its model: {Again}"); }
        var expected = new ParamsEntry(given.dim, given.n_layers, given.n_heads, given.n_kv_heads, given.vocab_size);
        if (found != expected)
        {
            throw new BadInputException($"{ManifestFile} is of a model with {found}, but the checkpoint has {expected}: they must be the same");
        }
    }

    /// <summary>Whether the result of a step is a weight, or a part of it, as it is in the checkpoint.</summary>
    private static bool ShowsWeight(ArticleStep step) => !step.shape.Names.Contains("T") && step.repeats != Repeats.Once;

    /// <summary>Checks that all goldens are there, each with the shape and dtype of its step.</summary>
    private void RequireGoldens(ScalarType dtype)
    {
        var (path, goldens) = (Article.FileOf(dtype), Article.Results(dtype));
        var tokens = Manifest.PromptSplitAsTokens.Count;
        foreach (var (step, scope) in Article.All.Where(one => one.Step.dtype is not null))
        {
            if (!goldens.TryGetValue(scope.KeyOf(step), out var golden))
            {
                if (scope.head is null && ShowsWeight(step)) { continue; }
                throw new BadInputException($"{path} holds no {scope.KeyOf(step)}: {Again}");
            }
            var sizes = step.shape_in(scope).Sizes(Checkpoint.Params, tokens);
            if (!golden.tensor.shape.SequenceEqual(sizes) || golden.tensor.dtype != step.dtype_in(dtype))
            {
                throw new BadInputException($"{path}: {scope.KeyOf(step)} is {Printable.Shape(golden.tensor.shape)} {golden.tensor.dtype}, "
                    + $"expected {Printable.Shape(sizes)} {step.dtype_in(dtype)}: {Again}");
            }
        }
    }
}
