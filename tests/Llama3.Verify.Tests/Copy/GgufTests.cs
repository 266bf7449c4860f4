using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Gguf;
using Llama3.Verify.Copy;

namespace Llama3.Verify.Tests.Copy;

/// <summary>What "copy --format gguf" writes, as our reader sees it; llama.cpp's view is in Llama3.LlamaCpp.Tests.</summary>
public sealed class GgufTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// For each type: how many numbers share a scale; how many steps there are from minus the largest of them to it; how many steps a number may
    /// be off: half a step, and what rounding the scale adds; a whole one where the largest number has no equal on the other side of 0.
    /// </summary>
    public static TheoryData<string, int, int, double> Types => new()
    {
        { "bf16", 1, 1, 0 }, { "f32", 1, 1, 0 }, { "f16", 1, 1, 0 },
        { "q8_0", 32, 254, 0.55 }, { "q6_k", 16, 62, 0.75 },
        { "q5_1", 32, 31, 0.55 }, { "q4_1", 32, 15, 0.55 }, { "q5_0", 32, 32, 1.01 }, { "q4_0", 32, 16, 1.01 },
        { "q5_k", 32, 31, 0.75 }, { "q4_k", 32, 15, 0.75 },
    };

    [Fact(DisplayName = "gguf: the types that are written are those tested here")]
    public void All_types() => GgufType.All.Select(type => type.Name).Should().BeEquivalentTo(Types.Select(row => (string)row[0]));

    [Theory(DisplayName = "gguf: a matrix is as exact as its type is:"), MemberData(nameof(Types))]
    public void One_matrix(string type, int group, int steps, double most)
    {
        var matrix = MicroModel.Micro32.Checkpoint.weight("layers.0.attention.wk.weight");
        var stream = new MemoryStream();
        GgufWriter.Write(stream, [], [GgufType.All.Single(other => other.Name == type).Tensor("w", matrix)]);
        stream.Position = 0;
        using var file = new GgufFile(stream, "x.gguf");
        ShouldBeAsExact(file.read("w"), matrix, type, group, steps, most, "w");
    }

    [SkippableTheory(DisplayName = "gguf: micro-3.2 in a type is the same model, with its weights as exact as the type is:"), MemberData(nameof(Types))]
    public void Round_trip(string type, int group, int steps, double most)
    {
        LongTests.SkipUnlessAskedFor();
        Cli.Run("copy", _folder.Path, "--format", "gguf", "--type", type, "--model", "micro-3.2").ExitCode.Should().Be(0);
        using var copy = Checkpoint.Open(_folder["model.gguf"]);
        var model = MicroModel.Micro32.Checkpoint;
        copy.Params.Should().Be(model.Params with { multiple_of = null, ffn_dim_multiplier = null, intermediate_size = model.Params.ffn_dim });
        copy.tokenizer.encode("the universe").Should().Equal(1820, 15861);
        copy.stored("layers.0.attention.wq.weight").Should().BeEquivalentTo(type);
        foreach (var (name, shape) in model.Params.stored_tensors)
        {
            ShouldBeAsExact(copy.weight(name), model.weight(name), type, group, steps, shape.Length == 1 ? 0 : most, name);
        }
    }

    [Theory(DisplayName = "gguf: a type whose blocks do not fit the rows of the model is refused, and nothing is written:")]
    [InlineData("q8_0", "micro", "q8_0 has blocks of 32 numbers, and the rows of tok_embeddings.weight have 80; --model micro-3.2 can be")]
    [InlineData("Q4_0", "micro-mha", "q4_0 has blocks of 32 numbers, and the rows of *; --model micro-3.2 can be")]
    [InlineData("q6_k", "micro", "q6_k has blocks of 256 numbers, and the rows of tok_embeddings.weight have 80; --model micro-3.2 can be")]
    public void Refused(string type, string model, string message)
    {
        ShouldBeRefused($"{model} cannot be written as gguf: {message}", "copy", _folder["x"], "--format", "gguf", "--type", type, "--model", model);
        Directory.Exists(_folder["x"]).Should().BeFalse();
    }

    [Fact(DisplayName = "gguf: a type belongs to the format")]
    public void Type_alone() => ShouldBeRefused("--type q8_0 belongs to --format gguf; the format is pth", "copy", _folder["x"], "--format", "pth", "--type", "q8_0");

    [Fact(DisplayName = "gguf: a file that is damaged or of a type that cannot be read gives one line and exit code 2")]
    public void Damaged()
    {
        Cli.Run("copy", _folder.Path, "--format", "gguf").ExitCode.Should().Be(0);
        var (path, file) = (_folder["model.gguf"], File.ReadAllBytes(_folder["model.gguf"]));
        _folder.Write("model.gguf", file[..1000]);
        ShouldBeRefused($"{path}: * is it cut off, or damaged?", "--checkpoint", path);
        Cli.Run("inspect", path).Error.TrimEnd('\n').Should().NotContain("\n", "what is wrong with the file is said once");
        _folder.Write("model.gguf", file[..^100_000]);
        ShouldBeRefused($"{path}: the tensor * takes * bytes at *, but * follow the header; is the file cut off?", "generate", "--checkpoint", path);
        var type = file.AsSpan().LastIndexOf("output_norm.weight"u8) + "output_norm.weight".Length + sizeof(uint) + sizeof(ulong);
        file[type] = 23;
        _folder.Write("model.gguf", file);
        ShouldBeRefused($"{path}: the tensor output_norm.weight has the type IQ4_XS; types that can be read: F32, *", "--checkpoint", path);
    }

    private static void ShouldBeRefused(string message, params string[] arguments)
    {
        var run = Cli.Run(arguments);
        (run.ExitCode, run.Output).Should().Be((2, ""));
        run.Error.TrimEnd('\n').Should().Match($"llama3verify: {message}").And.NotContain("\n");
    }

    private static void ShouldBeAsExact(Tensor copy, Tensor original, string type, int group, int steps, double most, string name)
    {
        copy.shape.Should().Equal(original.shape);
        if (most == 0) { ShouldEqual(copy.ToSingles(), original.ToSingles(), type == "f16", name); }
        else { ShouldBeNear(copy.ToSingles(), original.ToSingles(), group, steps, most, name); }
    }

    /// <summary>float16 keeps the 8 bits of a bfloat16, but has no small numbers: those go to the next multiple of 2^-24.</summary>
    private static void ShouldEqual(float[] copy, float[] original, bool isFloat16, string name)
    {
        if (!isFloat16) { copy.ShouldEqual(original, name); }
        else { copy.Zip(original, (value, number) => Math.Abs(value - number)).Max().Should().BeLessThanOrEqualTo(MathF.ScaleB(1, -25), name); }
    }

    private static void ShouldBeNear(float[] copy, float[] original, int group, int steps, double most, string name)
    {
        var worst = 0d;
        for (var begin = 0; begin < original.Length; begin += group)
        {
            var largest = Math.Abs(System.Numerics.Tensors.TensorPrimitives.MaxMagnitude(original.AsSpan(begin, group)));
            for (var i = begin; i < begin + group; i++) { worst = Math.Max(worst, Math.Abs(copy[i] - (double)original[i]) * steps / Math.Max(2 * largest, 1e-30)); }
        }
        worst.Should().BeInRange(0.1, most, "numbers of {0} are rounded", name);
    }
}
