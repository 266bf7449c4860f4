using System.Runtime.InteropServices;
using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Tests.Pth;

namespace Llama3.Formats.Tests.Checkpoints;

/// <summary>Models in parts: consolidated.00.pth, consolidated.01.pth, ….</summary>
public sealed class PartsTests : IDisposable
{
    private const string Foreign = ": they are not parts of one model";

    /// <summary>The classes of Meta's model.py: ColumnParallelLinear and VocabParallelEmbedding cut rows, RowParallelLinear columns.</summary>
    private static readonly Dictionary<string, int> Axes = new()
    {
        ["tok_embeddings"] = 0,
        ["wq"] = 0,
        ["wk"] = 0,
        ["wv"] = 0,
        ["wo"] = 1,
        ["w1"] = 0,
        ["w2"] = 1,
        ["w3"] = 0,
        ["output"] = 0,
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = "parts: the micro checkpoint in two parts has the same weights, bit for bit")]
    public void Same_weights()
    {
        foreach (var file in new[] { "params.json", "tokenizer.model" }) { _folder.Write(file, Fixtures.Read($"fixtures/micro/{file}")); }
        for (var part = 0; part < 2; part++) { WritePart(part, name => Cut(name, Micro.Checkpoint.weight(name), part)); }
        using var checkpoint = Checkpoint.Open(_folder.Path);
        foreach (var name in checkpoint.Params.tensor_shapes.Keys)
        {
            Bytes(checkpoint.weight(name)).ShouldEqual(Bytes(Micro.Checkpoint.weight(name)), name);
        }
    }

    [Fact(DisplayName = "parts: a missing one is named")]
    public void Missing_part()
    {
        WriteTiny(0, 1, 3);
        Refused($"{_folder["consolidated.02.pth"]} is missing, but there is consolidated.03.pth: all parts of the model are needed");
    }

    [Fact(DisplayName = "parts: when the last one is missing, the shapes are too small")]
    public void Missing_last_part()
    {
        WriteTiny(0);
        Refused("*consolidated.00.pth: tok_embeddings.weight has the shape [64128, 4], expected [128256, 4] according to params.json");
    }

    [Fact(DisplayName = "parts: when there is one too many, the shapes are too large")]
    public void Too_many_parts()
    {
        WriteTiny(0, 1, 2);
        Refused("*consolidated.00.pth: tok_embeddings.weight has the shape [192384, 4] with the other 2 parts, "
            + "expected [128256, 4] according to params.json");
    }

    [Fact(DisplayName = "parts: those that do not hold the same tensors are refused")]
    public void Other_tensors()
    {
        WriteTiny(0, 1);
        WritePart(1, TinyHalf, without: "norm.weight");
        Refused($"*consolidated.01.pth holds no tensor norm.weight, but {_folder["consolidated.00.pth"]} does{Foreign}");
        WriteTiny(1);
        WritePart(0, TinyHalf, without: "norm.weight");
        Refused($"*consolidated.00.pth holds no tensor norm.weight, but {_folder["consolidated.01.pth"]} does{Foreign}");
    }

    [Fact(DisplayName = "parts: those whose tensors have other shapes are refused")]
    public void Other_shapes()
    {
        WriteTiny(0);
        WritePart(1, name => name == "norm.weight" ? torch.zeros(3, bfloat16) : TinyHalf(name));
        Refused($"*consolidated.01.pth: norm.weight is [3] BF16, but [4] BF16 in {_folder["consolidated.00.pth"]}{Foreign}");
    }

    [Fact(DisplayName = "parts: a tensor that every part holds must have the same numbers in each, which shows when it is read")]
    public void Other_numbers()
    {
        WriteTiny(0);
        WritePart(1, name => name == "norm.weight" ? torch.ones(4, bfloat16) : TinyHalf(name));
        using var checkpoint = Checkpoint.Open(_folder.Path);
        checkpoint.weight("layers.0.ffn_norm.weight").ToSingles().Should().Equal(0, 0, 0, 0);
        BadInput.IsRefused(
            () => checkpoint.weight("norm.weight"),
            $"*consolidated.01.pth: norm.weight has other numbers than in {_folder["consolidated.00.pth"]}{Foreign}");
    }

    [Fact(DisplayName = "parts: a damaged one is named")]
    public void Damaged_part()
    {
        WriteTiny(0);
        _folder.Write("consolidated.01.pth", "");
        Refused("*consolidated.01.pth: the file is empty");
    }

    private void Refused(string message) => BadInput.IsRefused(() => Checkpoint.Open(_folder.Path), message);

    private void WriteTiny(params int[] parts)
    {
        _folder.Write("params.json", Json.Tiny.Replace("\"n_kv_heads\": 1", "\"n_kv_heads\": 2", StringComparison.Ordinal));
        _folder.Write("tokenizer.model", TestTokenizers.AllBytes());
        foreach (var part in parts) { WritePart(part, TinyHalf); }
    }

    private void WritePart(int part, Func<string, Tensor> tensor, string? without = null)
    {
        var model = File.Exists(_folder["params.json"]) ? ModelParams.Read(new MemoryStream(File.ReadAllBytes(_folder["params.json"])), "x") : null;
        var tensors = model!.tensor_shapes.Keys.Where(name => name != without).Select(name => (name, tensor: tensor(name)));
        _folder.Write($"consolidated.{part:00}.pth", StoredZip.Write(PthCases.StateDict(tensors.Select(entry =>
            (entry.name, entry.tensor.shape, Bytes(entry.tensor))))));
    }

    private static Tensor TinyHalf(string name)
    {
        var model = Json.Read(Json.Tiny) with { n_kv_heads = 2 };
        return Cut(name, torch.zeros(model.tensor_shapes[name], bfloat16), 0);
    }

    /// <summary>One of two parts.</summary>
    private static Tensor Cut(string name, Tensor whole, int part)
    {
        if (!Axes.TryGetValue(name.Split('.')[^2], out var axis)) { return whole; }
        var half = (int)whole.shape[axis] / 2;
        return whole.transpose(0, axis)[(part * half)..((part + 1) * half)].transpose(0, axis);
    }

    private static byte[] Bytes(Tensor tensor) => MemoryMarshal.AsBytes(
        Array.ConvertAll(tensor.ToSingles(), value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)).AsSpan()).ToArray();
}
