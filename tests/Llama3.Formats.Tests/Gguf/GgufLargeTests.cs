using System.Diagnostics;
using Llama3.Formats.Checkpoints;

namespace Llama3.Formats.Tests.Gguf;

/// <summary>A file of 5 GB, of which next to nothing is on disk.</summary>
public sealed class GgufLargeTests : IDisposable
{
    private const int Dim = 4096, Ids = 144_000, Width = 14_336;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact(DisplayName = ".gguf: 5 GB are opened at once, and a matrix of 2 GB is a view of them")]
    public void Opened()
    {
        LongTests.SkipUnlessAskedFor();
        Skip.If(OperatingSystem.IsWindows(), "files with holes are for other systems");
        Write();
        var (watch, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
        using var checkpoint = Checkpoint.Open(_folder["large.gguf"], TokenizerUse.None);
        var (table, packed) = (checkpoint.weight("tok_embeddings.weight"), checkpoint.weight("layers.0.feed_forward.w1.weight"));
        var (took, allocated) = (watch.Elapsed, GC.GetAllocatedBytesForCurrentThread() - before);
        (table.numel(), packed.numel()).Should().Be(((long)Ids * Dim, (long)Width * Dim));
        allocated.Should().BeLessThan(1_000_000);
        took.Should().BeLessThan(TimeSpan.FromSeconds(5), "it takes a small part of a second where nothing else runs");
    }

    private void Write()
    {
        var (file, end) = (new GgufBytes()
            .With("general.architecture", "llama").With("llama.block_count", 1u).With("llama.embedding_length", (uint)Dim)
            .With("llama.feed_forward_length", (uint)Width).With("llama.attention.head_count", 32u).With("llama.attention.head_count_kv", 8u)
            .With("llama.attention.layer_norm_rms_epsilon", 1e-5f).With("llama.rope.freq_base", 500_000f), 0L);
        foreach (var name in new[] { "output_norm", "blk.0.attn_norm", "blk.0.ffn_norm" }) { Hole(name, 0, 4, Dim); }
        foreach (var (name, rows) in new[] { ("attn_q", Dim), ("attn_k", Dim / 4), ("attn_v", Dim / 4), ("attn_output", Dim), ("ffn_gate", Width), ("ffn_up", Width) })
        {
            Hole($"blk.0.{name}", 8, 34, Dim, rows);
        }
        Hole("blk.0.ffn_down", 8, 34, Width, Dim);
        foreach (var name in new[] { "output", "token_embd" }) { Hole(name, 0, 4, Dim, Ids); }
        using var stream = File.Create(_folder["large.gguf"]);
        stream.Write(file.ToArray());
        stream.SetLength(stream.Length + end);
        stream.Length.Should().BeInRange(4_900_000_000, 5_000_000_000);

        // float32 (type 0) or blocks of 32 numbers (Q8_0).
        void Hole(string name, uint type, int bytes, params int[] sizes)
        {
            file.Tensor($"{name}.weight", type, [.. sizes.Select(size => (ulong)size)], [], at: (ulong)end);
            end += sizes.Aggregate((long)bytes, (product, size) => product * size) / (type == 0 ? 1 : 32);
        }
    }
}
