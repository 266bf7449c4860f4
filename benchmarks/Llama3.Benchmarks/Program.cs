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
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.WithArtifactsPath("artifacts"));
}
