using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using LLama.Native;

namespace LlamaCpp;

/// <summary>Measures llama.cpp: it is asked one question a line, and answers with one number, as the Server of Llama3.Benchmarks does.</summary>
internal sealed class Server : IDisposable
{
    private readonly SafeLlamaModelHandle _model;
    private readonly SafeLLamaContextHandle _context;
    private readonly int[] _tokens;

    private Server(string path, int[] tokens)
    {
        NativeApi.llama_empty_call(); // loads the library
        (_model, _tokens) = (SafeLlamaModelHandle.LoadFromFile(path, LLamaModelParams.Default()), tokens);
        var settings = LLamaContextParams.Default();
        settings.n_ctx = settings.n_batch = settings.n_ubatch = 512;
        settings.n_threads = settings.n_threads_batch = Environment.ProcessorCount;
        _context = SafeLLamaContextHandle.Create(_model, settings);
    }

    /// <summary>The command line: MODEL.gguf and the tokens of the prompt.</summary>
    public static int Main(string[] args)
    {
        if (args is not [var path, .. { Length: > 1 } tokens])
        {
            Console.Error.WriteLine("expected MODEL.gguf and two tokens or more");
            return 2;
        }
        NativeLogConfig.llama_log_set((level, message) => Console.Error.Write(level == LLamaLogLevel.Error ? message : ""));
        using var server = new Server(path, [.. tokens.Select(Number)]);
        while (Console.ReadLine() is { } question) { Console.WriteLine(server.Answer(question)); }
        return 0;
    }

    public void Dispose()
    {
        _context.Dispose();
        _model.Dispose();
    }

    private double Answer(string question) => question.Split(' ') switch
    {
        ["forward"] => Decode(_tokens, 0),
        ["token", var positions] => Token(Number(positions)),
        ["next"] => Next(),
        _ => throw new ArgumentException($"'{question}' is not forward, token N or next"),
    };

    /// <summary>The seconds for one more token after so many of the prompt.</summary>
    private double Token(int positions)
    {
        Decode(_tokens[..positions], 0);
        return Decode(_tokens[^1..], positions);
    }

    /// <summary>The token that comes after the prompt.</summary>
    private double Next()
    {
        Decode(_tokens, 0);
        return TensorPrimitives.IndexOfMax<float>(_context.GetLogitsIth(_tokens.Length - 1));
    }

    /// <summary>The seconds for some tokens from a position on; what the cache holds from there on is forgotten.</summary>
    private double Decode(int[] tokens, int position)
    {
        _context.MemorySequenceRemove(LLamaSeqId.Zero, position, -1);
        var batch = new LLamaBatch();
        foreach (var (index, token) in tokens.Index()) { batch.Add(token, position + index, LLamaSeqId.Zero, index == tokens.Length - 1); }
        var start = Stopwatch.GetTimestamp();
        if (_context.Decode(batch) is not DecodeResult.Ok and var result) { throw new InvalidOperationException($"llama_decode: {result}"); }
        _context.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
