using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using LLama.Native;
using static LLama.Native.LLamaFlashAttentionType;

namespace LlamaCpp;

/// <summary>
/// Dumps what llama.cpp computes: it runs the prompt and then the passes of prompt.json on a GGUF file, and writes every node of llama.cpp's
/// graph into one .safetensors file, for <c>llama3verify check</c>. A node has its own name, and the second and third of a name have "#2" and
/// "#3" after it: Qcur-0 is the product with wq, Qcur-0#2 its view by heads, Qcur-0#3 is rotated. Those of the first pass begin with "decode.0.".
/// </summary>
public sealed class LlamaCppDump
{
    /// <summary>Attention is one node, without scores. llama.cpp takes it by itself where the device can.</summary>
    public const string FlashAttention = "--flash-attention";

    /// <summary>Keys and values are kept in float16, as by llama.cpp itself; otherwise in float32.</summary>
    public const string F16Cache = "--f16-cache";

    /// <summary>Logits of all positions are asked for; otherwise the last layer goes on with the last position alone.</summary>
    public const string AllLogits = "--all-logits";

    // Where struct ggml_tensor of ggml.h has these fields, on 64 bits: ggml has no functions that return them.
    private const int Type = 0, Sizes = 16, Strides = 48, Flags = 148, Sources = 152, Name = 256;
    private const int Axes = 4, MostSources = 10, IsInput = 1;

    /// <summary>Those of ggml's types that a node may have: what safetensors calls them, and their size in bytes.</summary>
    private static readonly Dictionary<int, (string Dtype, int Size)> Types =
        new() { [0] = ("F32", 4), [1] = ("F16", 2), [26] = ("I32", 4), [27] = ("I64", 8), [30] = ("BF16", 2) };

    private readonly OrderedDictionary<string, (string Dtype, long[] Shape, byte[] Data)> _dumped = [];
    private string _prefix = "";

    private delegate byte EvalCallback(nint tensor, byte ask, nint userData);

    /// <summary>The command line: MODEL.gguf prompt.json OUT.safetensors, and options. It prints the token that comes after the prompt.</summary>
    public static int Main(string[] args)
    {
        string[] options = [FlashAttention, F16Cache, AllLogits];
        if (args is not [var model, var prompt, var output, .. var given] || given.Except(options).Any())
        {
            Console.Error.WriteLine($"expected MODEL.gguf prompt.json OUT.safetensors [{string.Join("] [", options)}]");
            return 2;
        }
        NativeLogConfig.llama_log_set((level, message) => Console.Error.Write(level == LLamaLogLevel.Error ? message : ""));
        Console.WriteLine(Run(model, prompt, output, given));
        return 0;
    }

    /// <summary>Runs a model on the tokens of prompt.json and writes what it computes; returns the token that comes after the prompt.</summary>
    public static int Run(string model, string prompt, string output, params string[] options)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(prompt));
        int[][] runs = [Ids(json.RootElement.GetProperty("tokens")), .. json.RootElement.GetProperty("decode").EnumerateArray().Select(Ids)];
        var dump = new LlamaCppDump();
        EvalCallback callback = dump.OnEval;

        NativeApi.llama_empty_call(); // loads the library
        using var weights = SafeLlamaModelHandle.LoadFromFile(model, LLamaModelParams.Default());
        var settings = LLamaContextParams.Default();
        // A prompt that is longer than a batch is cut in several graphs, whose nodes have the same names.
        settings.n_ctx = settings.n_batch = settings.n_ubatch = (uint)runs.Sum(tokens => tokens.Length);
        // As many as cores that run two threads each: more would wait for each other.
        settings.n_threads = settings.n_threads_batch = (Environment.ProcessorCount + 1) / 2;
        settings.type_k = settings.type_v = options.Contains(F16Cache) ? GGMLType.GGML_TYPE_F16 : GGMLType.GGML_TYPE_F32;
        settings.llama_flash_attn_type = options.Contains(FlashAttention) ? LLAMA_FLASH_ATTENTION_TYPE_ENABLED : LLAMA_FLASH_ATTENTION_TYPE_DISABLED;
        settings.cb_eval = Marshal.GetFunctionPointerForDelegate(callback);
        using var context = SafeLLamaContextHandle.Create(weights, settings);

        var (position, next) = (0, new List<int>());
        foreach (var (index, tokens) in runs.Index())
        {
            dump._prefix = index == 0 ? "" : $"decode.{index - 1}.";
            next.Add(dump.Decode(context, tokens, position, options.Contains(AllLogits)));
            position += tokens.Length;
        }
        GC.KeepAlive(callback);
        dump.Write(output);
        return next[0];
    }

    private int Decode(SafeLLamaContextHandle context, int[] tokens, int position, bool allLogits)
    {
        var batch = new LLamaBatch();
        var last = tokens.Length - 1;
        foreach (var (index, token) in tokens.Index()) { batch.Add(token, position + index, LLamaSeqId.Zero, allLogits || index == last); }
        if (context.Decode(batch) is not DecodeResult.Ok and var result) { throw new InvalidOperationException($"llama_decode: {result}"); }
        var next = TensorPrimitives.IndexOfMax<float>(context.GetLogitsIth(last));
        _dumped.Add($"{_prefix}next_token", ("I32", [1], BitConverter.GetBytes(next)));
        return next;
    }

    /// <summary>llama.cpp asks of each node whether it is wanted, and calls again when it is computed. Inputs are there as its sources.</summary>
    private byte OnEval(nint tensor, byte ask, nint userData)
    {
        if (ask == 1) { return 1; }
        var sources = Enumerable.Range(0, MostSources).Select(index => Marshal.ReadIntPtr(tensor, Sources + (index * IntPtr.Size)));
        foreach (var input in sources.Where(source => source != 0 && (Marshal.ReadInt32(source, Flags) & IsInput) != 0))
        {
            if (!_dumped.ContainsKey(_prefix + NameOf(input))) { Add(input); }
        }
        Add(tensor);
        return 1;
    }

    private void Add(nint tensor)
    {
        if (!Types.TryGetValue(Marshal.ReadInt32(tensor, Type), out var type)) { return; }
        var (sizes, strides, bytes) = (Longs(tensor + Sizes), Longs(tensor + Strides), new byte[ggml_nbytes(tensor)]);
        ggml_backend_tensor_get(tensor, bytes, 0, (nuint)bytes.Length);
        using var ordered = new MemoryStream();
        Copy(bytes, Axes - 1);
        var (name, count) = (_prefix + NameOf(tensor), 1);
        while (!_dumped.TryAdd(count == 1 ? name : $"{name}#{count}", (type.Dtype, [.. sizes.Reverse()], ordered.ToArray()))) { count++; }

        // A view may be transposed, or leave some out. ggml's first axis is the innermost.
        void Copy(ReadOnlySpan<byte> from, int axis)
        {
            if (axis < 0) { ordered.Write(from[..type.Size]); }
            for (var at = 0; axis >= 0 && at < sizes[axis]; at++) { Copy(from[(int)(at * strides[axis])..], axis - 1); }
        }
    }

    /// <summary>A .safetensors file: the length of the header, the header, and the tensors one after another.</summary>
    private void Write(string path)
    {
        var (table, end) = (new Dictionary<string, object>(), 0L);
        foreach (var (key, (dtype, shape, data)) in _dumped) { table[key] = new { dtype, shape, data_offsets = (long[])[end, end += data.Length] }; }
        var text = JsonSerializer.SerializeToUtf8Bytes(table);
        using var file = new BinaryWriter(File.Create(path));
        file.Write((long)text.Length);
        file.Write(text);
        foreach (var (_, _, data) in _dumped.Values) { file.Write(data); }
    }

    private static int[] Ids(JsonElement tokens) => [.. tokens.EnumerateArray().Select(token => token.GetInt32())];

    private static long[] Longs(nint first) => [.. Enumerable.Range(0, Axes).Select(axis => Marshal.ReadInt64(first, axis * sizeof(long)))];

    private static string NameOf(nint tensor) => Marshal.PtrToStringUTF8(tensor + Name)!;

    [DllImport("ggml-base")]
    private static extern nuint ggml_nbytes(nint tensor);

    [DllImport("ggml-base")]
    private static extern void ggml_backend_tensor_get(nint tensor, byte[] data, nuint offset, nuint size);
}
