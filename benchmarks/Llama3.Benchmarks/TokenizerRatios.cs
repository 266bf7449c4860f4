using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Llama3.Formats.Tokenizers;
using Llama3.Formats.Tokenizers.Minbpe;

namespace Llama3.Benchmarks;

/// <summary>The tokenizers beside their peers on the same text, in turns, in seconds of a core.</summary>
internal static class TokenizerRatios
{
    private const int Rounds = 5;

    /// <summary>Encodes a file with the ranks of a tokenizer.model, beside tiktoken (WASM).</summary>
    /// <param name="text">The file.</param>
    /// <param name="model">Llama 3's tokenizer.model.</param>
    /// <param name="peer">The command that starts scripts/tokenizer_peer.mjs in a folder where tiktoken is installed.</param>
    public static void Encode(string text, string model, string peer)
    {
        var (content, megabytes) = (File.ReadAllText(text), new FileInfo(text).Length / 1e6);
        var tokenizer = Llama3Tokenizer.Open(model);
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"{peer} '{Path.GetFullPath(model)}' '{Path.GetFullPath(text)}'"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var (ours, theirs) = (new double[Rounds], new double[Rounds]);
        for (var round = -1; round < Rounds; round++)
        {
            IReadOnlyList<int> ids = [];
            var seconds = Seconds(() => ids = tokenizer.encode_ordinary(content));
            process.StandardInput.WriteLine();
            var answer = process.StandardOutput.ReadLine()!.Split(' ');
            if (answer[2] != Hash(ids)) { throw new InvalidOperationException("the ids differ"); }
            if (round < 0)
            {
                Console.WriteLine($"{megabytes:F1} MB, {ids.Count:N0} tokens, the same ids");
                continue;
            }
            (ours[round], theirs[round]) = (megabytes / seconds, megabytes / double.Parse(answer[0], CultureInfo.InvariantCulture));
        }
        process.StandardInput.Close();
        Console.WriteLine($"encode, medians of {Rounds} rounds: {Median(ours):F2} MB/s, tiktoken (WASM) {Median(theirs):F2} MB/s, "
            + $"ratio {Median(ours.Zip(theirs, (our, their) => our / their)):F1}");
    }

    /// <summary>Trains on a file, beside minbpe.</summary>
    /// <param name="text">The file.</param>
    /// <param name="vocab_size">The size of the vocabulary.</param>
    /// <param name="kind">"basic" or "regex".</param>
    /// <param name="peer">The command that starts scripts/minbpe_expectations.py with minbpe's folder; empty to train alone.</param>
    public static void Train(string text, int vocab_size, string kind, string peer)
    {
        var content = File.ReadAllText(text);
        Tokenizer tokenizer = kind == "basic" ? new BasicTokenizer() : new RegexTokenizer();
        var ours = new List<double>();
        void Round() => ours.Add(Seconds(() => tokenizer.train(content, vocab_size)));
        for (var round = 0; round < 3; round++) { Round(); }
        var theirs = peer.Length > 0 ? Answer($"{peer} --train '{Path.GetFullPath(text)}' {vocab_size} {kind}") : null;
        for (var round = 0; round < 2; round++) { Round(); }
        var merges = string.Join('\n', tokenizer.merges.Keys.Select(pair => $"{pair.Item1} {pair.Item2}"));
        if (theirs is not null && theirs[1] != Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(merges))))
        {
            throw new InvalidOperationException("the merges differ");
        }
        Console.Write($"train, {kind}, {new FileInfo(text).Length / 1e6:F2} MB, {vocab_size} tokens: median {Median(ours):F3} s");
        Console.WriteLine(theirs is null ? "" : $", minbpe {theirs[0]} s with the same merges, "
            + $"ratio {double.Parse(theirs[0], CultureInfo.InvariantCulture) / Median(ours):N0}");
    }

    /// <summary>Seconds of a core, of all threads together: other work on the machine takes time, but no part in this.</summary>
    private static double Seconds(Action action)
    {
        var start = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }

    private static string[] Answer(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd().Trim().Split(' ');
    }

    private static string Hash(IReadOnlyList<int> ids) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<int>(ids.ToArray())));

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
