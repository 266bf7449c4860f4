using Llama3.Formats.Input;

namespace Llama3.Formats.Checkpoints;

/// <summary>The content of the files of a checkpoint and its problems, as far as they can be known without reading a weight.</summary>
/// <param name="Place">The folder: the given one or its subfolder "original".</param>
/// <param name="Layout">Whose layout it has: "meta", "hf" or "gguf".</param>
/// <param name="Params">The parameters; null if params.json or config.json cannot be read.</param>
/// <param name="Files">The files of the weights that can be opened.</param>
/// <param name="Tensors">Their tensors.</param>
/// <param name="Missing">Meta's names of tensors that the model needs and no file holds.</param>
/// <param name="Superfluous">Names, as in the files, of tensors that the model does not need.</param>
/// <param name="Problems">A line for each reason why the checkpoint cannot be used.</param>
internal sealed record CheckpointInspection(
    string Place,
    string Layout,
    ModelParams? Params,
    IReadOnlyList<InspectedFile> Files,
    IReadOnlyList<InspectedTensor> Tensors,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Superfluous,
    IReadOnlyList<string> Problems)
{
    /// <summary>Inspects the checkpoint at a path, as <see cref="Checkpoint.Open(string)"/> takes it.</summary>
    /// <exception cref="BadInputException">There is no such folder or file.</exception>
    public static CheckpointInspection Of(string path)
    {
        var files = CheckpointFiles.In(path);
        var problems = new List<string>();
        using var content = CheckpointContent.Open(files, Checkpoints.Problems.ListedIn(problems));
        var weights = content.Weights!;
        var known = content.Params?.tensor_shapes;
        return new(
            files.Place,
            content.Layout,
            content.Params,
            [.. weights.Files.Select(file => new InspectedFile(Path.GetFileName(file.path), file.length, file.names.Count))],
            [.. weights.All.Select(Tensor)],
            content.Missing,
            [.. weights.All.Where(weight => known?.ContainsKey(weight.name) == false).Select(weight => weight.stored_name)],
            problems);
    }

    private static InspectedTensor Tensor(Weight weight) => new(
        weight.name,
        weight.stored_name,
        weight.info.shape,
        weight.info.stored,
        weight.info.bytes,
        [.. weight.files.Select(file => Path.GetFileName(file.path))]);
}

/// <summary>A file of weights.</summary>
/// <param name="Name">Without its folder.</param>
/// <param name="Bytes">The length of the file.</param>
/// <param name="Tensors">The number of tensors in it.</param>
internal sealed record InspectedFile(string Name, long Bytes, int Tensors);

/// <summary>A tensor of a checkpoint.</summary>
/// <param name="Name">Meta's name; the file's own if Llama 3 has no such tensor.</param>
/// <param name="StoredName">Its name in the file.</param>
/// <param name="Shape">The sizes of its dimensions; for a tensor in parts, those of the whole.</param>
/// <param name="Dtype">The dtype in the file: BF16, F16, F32, ….</param>
/// <param name="Bytes">The size of its numbers in bytes, all parts together.</param>
/// <param name="Files">The file that holds it; for a tensor in parts, all files.</param>
internal sealed record InspectedTensor(
    string Name, string StoredName, IReadOnlyList<long> Shape, string Dtype, long Bytes, IReadOnlyList<string> Files);
