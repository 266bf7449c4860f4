using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Llama3.Benchmarks;

switch (args)
{
    case ["limits", .. var only]: Ratios.Print(only); break;
    case ["serve", var folder]: Server.Run(folder); break;
    case ["gguf", var folder, var type, var path]: GgufCopy.Write(folder, type, path); break;
    case ["distances"]: Distances.Print(); break;
    case ["decode", var folder, .. var rounds]: Decoding.Print(folder, rounds is [var count] ? Number(count) : 15); break;
    case ["encode", var text, var model, var tiktoken]: TokenizerRatios.Encode(text, model, tiktoken); break;
    case ["train", var text, var vocab_size, var kind, var minbpe]: TokenizerRatios.Train(text, Number(vocab_size), kind, minbpe); break;
    default: BenchmarkSwitcher.FromAssembly(typeof(ProductBenchmarks).Assembly).Run(args, DefaultConfig.Instance.WithArtifactsPath("artifacts")); break;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
