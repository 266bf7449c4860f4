using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Llama3.Benchmarks;

if (args is ["limits", .. var only])
{
    Ratios.Print(only);
}
else if (args is ["encode", var text, var model, var tiktoken])
{
    TokenizerRatios.Encode(text, model, tiktoken);
}
else if (args is ["train", var sample, var vocab_size, var kind, var minbpe])
{
    TokenizerRatios.Train(sample, int.Parse(vocab_size, CultureInfo.InvariantCulture), kind, minbpe);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.WithArtifactsPath("artifacts"));
}
