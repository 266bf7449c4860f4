using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Llama3.Benchmarks;

if (args is ["limits", .. var only])
{
    Ratios.Print(only);
}
else if (args is ["serve", var folder])
{
    Server.Run(folder);
}
else if (args is ["decode", var checkpoint, .. var rounds])
{
    Decoding.Print(checkpoint, rounds is [var count] ? int.Parse(count) : 15);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.WithArtifactsPath("artifacts"));
}
