using System.Runtime.InteropServices;
using System.Text.Json;
using LLama.Native;

namespace LlamaCpp;

/// <summary>
/// Dumps what llama.cpp computes: it runs the prompt and then the passes of prompt.json on a GGUF file, and writes every node of llama.cpp's graph
/// into one .safetensors file, for <c>llama3verify check</c>. A node has its own name, such as "Qcur-0", and the second and third of a name have
/// "#2" and "#3" after it: Qcur-0 is the product, Qcur-0#2 its view by heads, Qcur-0#3 is rotated. Nodes of a pass have "decode.0." in front.
/// </summary>
public sealed class LlamaCppDump
{
    // Where the fields of ggml's struct ggml_tensor are (ggml.h). ggml has functions for its name and its bytes, but none for these.
    private const int Type = 0, Sizes = 16, Strides = 48, Flags = 148, Sources = 152;
    private const int Axes = 4, MostSources = 10, IsInput = 1;

    /// <summary>The dtypes in safetensors of those of ggml's types that a node may have, and their sizes in bytes.</summary>
    private static readonly Dictionary<int, (string Dtype, int Size)> Dtypes =
        new() { [0] = ("F32", 4), [1] = ("F16", 2), [26] = ("I32", 4), [27] = ("I64", 8), [30] = ("BF16", 2) };

    private readonly OrderedDictionary<string, (string Dtype, long[] Shape, byte[] Data)> _dumped = [];
    private readonly EvalCallback _callback;
    private string _prefix = "";

    private LlamaCppDump() => _callback = OnEval;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate byte EvalCallback(nint tensor, byte ask, nint userData);

    /// <summary>The command line: returns 2 where it is wrong.</summary>
    public static int Main(string[] args)
    {
        string[] options = ["--flash-attention", "--f16-cache", "--all-logits"];
        if (args is not [var model, var prompt, var output, .. var given] || given.Except(options).Any())
        {
            Console.Error.WriteLine($"usage: MODEL.gguf prompt.json OUT.safetensors {string.Join(' ', options.Select(option => $"[{option}]"))}");
            return 2;
        }
        Console.WriteLine(Run(model, prompt, output, given.Contains(options[0]), given.Contains(options[1]), given.Contains(options[2])));
        return 0;
    }

    /// <summary>Runs a model and writes what it computes; returns the token that it predicts after the prompt.</summary>
    /// <param name="model">A GGUF file.</param>
    /// <param name="prompt">prompt.json, with "tokens" and, for the passes after them, "decode".</param>
    /// <param name="output">The .safetensors file.</param>
    /// <param name="flashAttention">Whether attention is one node, without scores. llama.cpp decides by the device if it is not told.</param>
    /// <param name="f16Cache">Whether keys and values are kept in float16, as llama.cpp does if it is not told; otherwise in float32.</param>
    /// <param name="allLogits">Whether logits of all positions are asked for; otherwise the last layer goes on with the last one alone.</param>
    public static int Run(string model, string prompt, string output, bool flashAttention = false, bool f16Cache = false, bool allLogits = false)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(prompt));
        var passes = json.RootElement.TryGetProperty("decode", out var decode) ? decode.EnumerateArray().Select(Tokens) : [];
        List<int[]> runs = [Tokens(json.RootElement.GetProperty("tokens")), .. passes];
        var length = (uint)runs.Sum(tokens => tokens.Length);

        NativeApi.llama_empty_call(); // loads llama.cpp's libraries
        var dump = new LlamaCppDump();
        using var weights = SafeLlamaModelHandle.LoadFromFile(model, LLamaModelParams.Default());
        var settings = LLamaContextParams.Default() with
        {
            // In smaller batches the prompt would be cut into graphs of their own, whose nodes have the same names.
            n_ctx = length, n_batch = length, n_ubatch = length,
            n_threads = Environment.ProcessorCount, n_threads_batch = Environment.ProcessorCount,
            type_k = f16Cache ? GGMLType.GGML_TYPE_F16 : GGMLType.GGML_TYPE_F32,
            type_v = f16Cache ? GGMLType.GGML_TYPE_F16 : GGMLType.GGML_TYPE_F32,
            llama_flash_attn_type = flashAttention
                ? LLamaFlashAttentionType.LLAMA_FLASH_ATTENTION_TYPE_ENABLED
                : LLamaFlashAttentionType.LLAMA_FLASH_ATTENTION_TYPE_DISABLED,
            cb_eval = Marshal.GetFunctionPointerForDelegate(dump._callback),
        };
        using var context = SafeLLamaContextHandle.Create(weights, settings);
        var (position, predicted) = (0, new List<int>());
        foreach (var (index, tokens) in runs.Index())
        {
            dump._prefix = index == 0 ? "" : $"decode.{index - 1}.";
            predicted.Add(dump.Decode(context, tokens, position, allLogits));
            position += tokens.Length;
        }
        dump.Write(output);
        GC.KeepAlive(dump); // its callback is called until here
        return predicted[0];
    }

    private int Decode(SafeLLamaContextHandle context, int[] tokens, int position, bool allLogits)
    {
        var batch = new LLamaBatch();
        foreach (var (index, token) in tokens.Index())
        {
            batch.Add(token, position + index, LLamaSeqId.Zero, logits: allLogits || index == tokens.Length - 1);
        }
        if (context.Decode(batch) is var result and not DecodeResult.Ok) { throw new InvalidOperationException($"llama_decode: {result}"); }
        var logits = context.GetLogitsIth(tokens.Length - 1);
        var next = System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(logits);
        _dumped.Add($"{_prefix}next_token", ("I32", [1], BitConverter.GetBytes(next)));
        return next;
    }

    /// <summary>llama.cpp asks of every node whether it is wanted, and calls again when it is computed.</summary>
    private byte OnEval(nint tensor, byte ask, nint userData)
    {
        if (ask != 0) { return 1; }
        // The inputs of the graph, such as tokens and mask, are not computed: they are there as sources of nodes.
        foreach (var input in Enumerable.Range(0, MostSources).Select(index => Marshal.ReadIntPtr(tensor, Sources + (index * IntPtr.Size))))
        {
            if (input != 0 && (Marshal.ReadInt32(input, Flags) & IsInput) != 0 && !_dumped.ContainsKey(_prefix + Name(input))) { Add(input); }
        }
        Add(tensor);
        return 1;
    }

    private void Add(nint tensor)
    {
        if (!Dtypes.TryGetValue(Marshal.ReadInt32(tensor, Type), out var type)) { return; }
        var (sizes, strides) = (Longs(tensor + Sizes), Longs(tensor + Strides));
        var bytes = new byte[ggml_nbytes(tensor)];
        ggml_backend_tensor_get(tensor, bytes, 0, (nuint)bytes.Length);
        var (name, count) = (_prefix + Name(tensor), 1);
        var unique = name;
        while (_dumped.ContainsKey(unique)) { unique = $"{name}#{++count}"; }
        _dumped.Add(unique, (type.Dtype, [.. sizes.Reverse()], InOrder(bytes, sizes, strides, type.Size)));
    }

    /// <summary>The elements of a view in the order of its axes: those of a transposed one lie elsewhere.</summary>
    private static byte[] InOrder(byte[] bytes, long[] sizes, long[] strides, int size)
    {
        using var ordered = new MemoryStream();
        for (var at = 0L; at < sizes.Aggregate((product, length) => product * length); at++)
        {
            var (rest, start) = (at, 0L);
            for (var axis = 0; axis < Axes; axis++) { (rest, start) = (rest / sizes[axis], start + (rest % sizes[axis] * strides[axis])); }
            ordered.Write(bytes, (int)start, size);
        }
        return ordered.ToArray();
    }

    /// <summary>The file: the length of its header, the header, and the tensors one after another.</summary>
    private void Write(string path)
    {
        var (header, end) = (new Dictionary<string, object>(), 0L);
        foreach (var (name, (dtype, shape, data)) in _dumped)
        {
            header.Add(name, new { dtype, shape, data_offsets = new[] { end, end + data.Length } });
            end += data.Length;
        }
        var text = JsonSerializer.SerializeToUtf8Bytes(header);
        using var file = new BinaryWriter(File.Create(path));
        file.Write((long)text.Length);
        file.Write(text);
        foreach (var (_, _, data) in _dumped.Values) { file.Write(data); }
    }

    private static int[] Tokens(JsonElement list) => [.. list.EnumerateArray().Select(token => token.GetInt32())];

    private static long[] Longs(nint start) => [.. Enumerable.Range(0, Axes).Select(axis => Marshal.ReadInt64(start, axis * sizeof(long)))];

    private static string Name(nint tensor) => Marshal.PtrToStringUTF8(ggml_get_name(tensor))!;

    [DllImport("ggml-base")]
    private static extern nint ggml_get_name(nint tensor);

    [DllImport("ggml-base")]
    private static extern nuint ggml_nbytes(nint tensor);

    [DllImport("ggml-base")]
    private static extern void ggml_backend_tensor_get(nint tensor, byte[] data, nuint offset, nuint size);
}
