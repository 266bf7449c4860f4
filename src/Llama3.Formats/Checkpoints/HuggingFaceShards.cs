using Llama3.Formats.Input;
using Llama3.Formats.Numbers;
using Llama3.Formats.Safetensors;

namespace Llama3.Formats.Checkpoints;

/// <summary>model.safetensors, or the shards that model.safetensors.index.json names.</summary>
internal static class HuggingFaceShards
{
    private const string Single = Checkpoint.Safetensors;
    private const string Index = "model.safetensors.index.json";
    private const int MostIndexBytes = 1 << 26;

    /// <summary>Opens all files.</summary>
    /// <param name="files">The files of the checkpoint.</param>
    /// <param name="model">The parameters; null if config.json cannot be read, and then no weight can be read either.</param>
    /// <param name="problems">Takes the problems.</param>
    /// <exception cref="BadInputException">A file is missing, damaged, or does not fit the index, and <paramref name="problems"/> throws.</exception>
    public static Weights Open(CheckpointFiles files, ModelParams? model, Problems problems)
    {
        var map = files.Has(Single) || !files.Has(Index) ? null : problems.Try(() => files.Read(Index, WeightMap));
        string[] names = map is null ? [Single] : [.. map.Values.Distinct().Order(StringComparer.Ordinal)];
        foreach (var missing in names.Where(name => map is not null && !files.Has(name)))
        {
            problems.Add($"{files.PathOf(Index)} names {Printable.Text(missing)}, which is not there: all files of the model are needed");
        }
        if (map is not null) { names = [.. names.Where(files.Has)]; }
        return files.OpenAll(names, (stream, path) => new SafetensorsFile(stream, path), problems, opened =>
        {
            IEnumerable<(ITensorFile, string)> weights = opened.SelectMany(file => file.names.Select(name => (file, name)));
            if (map is not null) { weights = Mapped(map, [.. weights], files, problems); }
            return new(opened, Weight.Tied(Named(weights, model, problems), model));
        });
    }

    /// <summary>The file of each tensor, from the index.</summary>
    private static IReadOnlyDictionary<string, string> WeightMap(Stream stream, string path)
    {
        const string Field = "weight_map";
        var fields = new JsonFields(stream.ReadAll(MostIndexBytes, path), path, "{\"weight_map\": {…}}");
        if (fields.Object(Field)?.Texts() is not { Count: > 0 } map) { throw fields.Error(Field, "the file of each tensor"); }
        foreach (var (name, file) in map)
        {
            if (file is "" or "." or ".." || Path.GetFileName(file) != file)
            {
                throw new BadInputException(
                    $"{path}: {Printable.Text(name)} is in \"{Printable.Text(file)}\", expected a file of the same folder");
            }
        }
        return map;
    }

    /// <summary>The tensors that the index names.</summary>
    private static IEnumerable<(ITensorFile File, string Name)> Mapped(
        IReadOnlyDictionary<string, string> map, IReadOnlyList<(ITensorFile File, string Name)> there, CheckpointFiles files, Problems problems)
    {
        var found = there.ToHashSet();
        var opened = there.Select(tensor => tensor.File).Distinct().ToDictionary(file => file.path);
        foreach (var (name, file) in map)
        {
            if (!opened.TryGetValue(files.PathOf(file), out var holder)) { continue; }
            if (!found.Contains((holder, name)))
            {
                problems.Add($"{holder.path} holds no tensor {Printable.Text(name)}, but {Index} says so");
                continue;
            }
            yield return (holder, name);
        }
    }

    private static OrderedDictionary<string, Weight>.ValueCollection Named(
        IEnumerable<(ITensorFile File, string Name)> tensors, ModelParams? model, Problems problems)
    {
        var named = new OrderedDictionary<string, Weight>();
        foreach (var (file, name) in tensors)
        {
            var weight = Of(file, name, model);
            if (!named.TryAdd(weight.name, weight))
            {
                problems.Add($"{file.path} holds {Printable.Text(name)}, and so does {named[weight.name].files[0].path}");
            }
        }
        return named.Values;
    }

    private static Weight Of(ITensorFile file, string name, ModelParams? model)
    {
        var meta = HuggingFaceNames.Meta(name);
        return new(meta ?? name, name, file.info(name), [file], () =>
        {
            using var scope = torch.NewDisposeScope();
            var tensor = file.read(name);
            return (meta is null ? tensor : HuggingFaceNames.Unpermuted(meta, tensor, model!)).DetachFromDisposeScope();
        });
    }
}
