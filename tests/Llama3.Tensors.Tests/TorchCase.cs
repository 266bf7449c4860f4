using System.Globalization;
using System.Text.Json;

namespace Llama3.Tensors.Tests;

/// <summary>One line of torch-values.json: what PyTorch computed, see scripts/capture_tensor_ops.py.</summary>
public sealed class TorchCase
{
    private static readonly Dictionary<string, TorchCase> ByName = Read().ToDictionary(torchCase => torchCase.Name);

    private TorchCase(JsonElement line)
    {
        Name = line.GetProperty("name").GetString()!;
        Op = line.GetProperty("op").GetString()!;
        Args = [.. line.GetProperty("args").EnumerateArray()];
        Inputs = [.. line.GetProperty("inputs").EnumerateArray().Select(ToTensor)];
        Outputs = [.. line.GetProperty("outputs").EnumerateArray().Select(ToTensor)];
    }

    public static IEnumerable<string> Names => ByName.Keys;

    public string Name { get; }

    public string Op { get; }

    public JsonElement[] Args { get; }

    public Tensor[] Inputs { get; }

    public Tensor[] Outputs { get; }

    public static TorchCase Get(string name) => ByName[name];

    private static IEnumerable<TorchCase> Read()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "torch-values.json"));
        return [.. JsonDocument.Parse(file).RootElement.EnumerateArray().Select(line => new TorchCase(line))];
    }

    private static Tensor ToTensor(JsonElement tensor)
    {
        var dtype = Enum.Parse<ScalarType>(tensor.GetProperty("dtype").GetString()!);
        var values = tensor.GetProperty("values").EnumerateArray();
        long[] shape = [.. tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        return dtype switch
        {
            ScalarType.Int64 => torch.tensor([.. values.Select(value => value.GetInt64())], shape),
            ScalarType.ComplexFloat32 => torch.tensor([.. values.Select(ToSingle)], [.. shape, 2]).view_as_complex(),
            _ => torch.tensor([.. values.Select(ToSingle)], shape, dtype),
        };
    }

    private static float ToSingle(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? float.Parse(value.GetString()!.Replace("inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture)
        : value.GetSingle();
}
