using System.Buffers.Binary;

namespace Llama3.Formats.Tests.Gguf;

/// <summary>Makes damaged files, and whole files that say odd things.</summary>
/// <param name="random">What is chosen; the same seed makes the same files.</param>
internal sealed class GgufFuzz(Random random)
{
    private static readonly GgufBytes Model = TinyGguf.Model();

    private static readonly byte[] Sound = Model.ToArray();

    private static readonly int HeaderLength = Model.Header().Length;

    /// <summary>Where a count, a length, a size or an offset stands: a small number of 64 bits.</summary>
    private static readonly int[] Counts = [.. Enumerable.Range(4, HeaderLength - 12).Where(at => BitConverter.ToUInt64(Sound, at) is > 0 and < 20_000)];

    private static readonly ulong[] Numbers =
        [0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 31, 32, 33, 64, 255, 1023, 1024, 65535, 65536, 1 << 20, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 61, 1UL << 62, long.MaxValue, 1UL << 63, ulong.MaxValue];

    private static readonly string[] Keys =
    [
        .. Names("general.", "architecture", "type", "alignment"),
        .. Names("llama.", "block_count", "embedding_length", "feed_forward_length", "attention.head_count", "attention.head_count_kv", "expert_count", "vocab_size"),
        .. Names("llama.attention.", "key_length", "value_length", "layer_norm_rms_epsilon", "scale"),
        .. Names("llama.rope.", "freq_base", "dimension_count", "scaling.type", "scaling.factor", "scale_linear"),
        .. Names("tokenizer.ggml.", "model", "pre", "bos_token_id", "eos_token_id", "eot_token_id", "add_bos_token", "tokens", "token_type", "merges"),
        "tokenizer.chat_template", "split.count", "split.no", "unknown\n",
    ];

    private static readonly string[] Texts =
        ["", "llama", "gpt2", "smollm", "llama-bpe", "gpt-2", "linear", "yarn", "none", "llama3", "model", "a", "b", "ab", "a b", "ab c", "a a", "Ġ", "<|im_start|>", "\ud83e\udd99", "\0\n\u001b", new('a', 5000)];

    private static readonly string[] Tensors =
        [.. Names("blk.0.", "attn_q.bias", "attn_norm.weight", "ffn_gate.bias", "x"), "blk.1.attn_q.weight", "blk.00.attn_q.weight", "output.weight", "rope_freqs.weight", "tok_embeddings.weight", "a\nb"];

    /// <summary>A file: damaged, odd, or both.</summary>
    public byte[] File() => random.Next(3) switch
    {
        0 => Damaged(Sound),
        1 => Odd(),
        _ => Damaged(Odd()),
    };

    private static string[] Names(string before, params string[] names) => [.. names.Select(name => before + name)];

    /// <summary>One to three keys have other values, or there is another tensor.</summary>
    private byte[] Odd()
    {
        var file = TinyGguf.Model();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            if (random.Next(6) == 0) { file.Without(Any(Keys)); }
            else if (random.Next(4) > 0) { file.With(Any(Keys), Value(2)); }
            else { file.Tensor(Any(Tensors), Any<uint>([0, 0, 1, 2, 8, 12, 30, 99]), Any<ulong[]>([[8], [16], [32], [32, 8], [32, 32]]), Bytes(32 * 32 * random.Next(5))); }
        }
        return file.ToArray();
    }

    private object Value(int depth) => random.Next(depth > 0 ? 8 : 5) switch
    {
        0 => Any(Texts),
        1 => Any<float>([0, 1, -1, 2, 8, 1e-5f, 1e30f, float.NaN, float.PositiveInfinity]),
        2 => random.Next(2) == 0,
        3 => Any(Numbers),
        4 => (uint)Any(Numbers),
        5 => random.GetItems(Texts, random.Next(10)),
        6 => Array.ConvertAll(new int[random.Next(10)], _ => random.Next(-1, 8)),
        _ => new object[] { Value(depth - 1) } is [Array inner] ? Nested(inner) : Bytes(random.Next(10)),
    };

    private static Array Nested(Array inner)
    {
        var outer = Array.CreateInstance(inner.GetType(), 1);
        outer.SetValue(inner, 0);
        return outer;
    }

    private T Any<T>(T[] all) => all[random.Next(all.Length)];

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>One to three changes, most of them in the header.</summary>
    private byte[] Damaged(byte[] sound)
    {
        var file = sound.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && file.Count > 8; changes--)
        {
            var at = random.Next(random.Next(4) > 0 ? Math.Min(HeaderLength, file.Count) : file.Count);
            var length = Math.Min(random.Next(1, 40), file.Count - at);
            switch (random.Next(10))
            {
                case 0: file[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: file[at] = (byte)random.Next(256); break;
                case 2: file.RemoveRange(at, random.Next(3) == 0 ? file.Count - at : length); break;
                case 3: file.InsertRange(at, file.GetRange(random.Next(file.Count - length + 1), length)); break;
                case 4: Put(file, at, file.GetRange(random.Next(file.Count - length + 1), length)); break;
                case 5: Put(file, at, BitConverter.GetBytes(Any(Numbers)).Take((random.Next(2) * 4) + 4)); break;
                default: Put(file, Any(Counts), BitConverter.GetBytes(Number(file, Any(Counts)))); break;
            }
        }
        return [.. file];
    }

    /// <summary>Any number, or one like another of the file.</summary>
    private ulong Number(List<byte> file, int other) => random.Next(3) switch
    {
        0 => Any(Numbers),
        1 => (ulong)random.Next(100),
        _ => other + 8 <= file.Count ? BinaryPrimitives.ReadUInt64LittleEndian([.. file.GetRange(other, 8)]) + (ulong)random.Next(3) - 1 : 0,
    };

    private static void Put(List<byte> file, int at, IEnumerable<byte> bytes)
    {
        foreach (var value in bytes.Take(Math.Max(0, file.Count - at))) { file[at++] = value; }
    }
}
