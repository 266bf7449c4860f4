using static Llama3.Verify.Tests.Shell.RunningTool;

namespace Llama3.Verify.Tests.Shell;

/// <summary>Ctrl-C and SIGTERM. What they interrupt would go on for hours, so that nothing here depends on how fast the machine is.</summary>
public sealed class InterruptionTests
{
    [SkippableFact(DisplayName = "Ctrl-C ends a long computation, with exit code 130 and no word of it")]
    public void A_computation()
    {
        using var tool = Start("generate", "--prompt", "the", "--temperature", "1e9", "--seed", "3", "--max-seq-len", "1000000", "--max-tokens", "1000000");
        tool.StandardOutput.Read().Should().BePositive("that is the first letter of a million tokens");
        IsEnded(tool, SigInt).Should().Be((130, ""), "it would end with \"1000000 tokens\"");
    }

    [SkippableTheory(DisplayName = "Ctrl-C and SIGTERM end a wait for input:")]
    [InlineData(SigInt, 130)]
    [InlineData(SigTerm, 143)]
    public void A_read(int signal, int exitCode)
    {
        using var tool = Start("decode", "--jsonl", "--tokenizer", Path.Combine(Repository.Root, "fixtures/micro/tokenizer.model"));
        tool.StandardInput.WriteLine("[1820]");
        tool.StandardOutput.ReadLine().Should().Be("\"the\"", "then it waits for a second line, which never comes");
        IsEnded(tool, signal).Should().Be((exitCode, ""));
    }

    [SkippableFact(DisplayName = "a page of a mapped file that is lost (SIGBUS) is told in one line, with exit code 2")]
    public void A_lost_page()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "tried on Linux alone");
        using var tool = Start("decode", "--jsonl", "--tokenizer", Path.Combine(Repository.Root, "fixtures/micro/tokenizer.model"));
        tool.StandardInput.WriteLine("[1820]");
        tool.StandardOutput.ReadLine().Should().Be("\"the\"");
        IsEnded(tool, SigBus).Should().Be((2, "llama3verify: a file that is mapped into memory cannot be read: it has become shorter, or the disk fails\n"));
    }

    [SkippableFact(DisplayName = "a checkpoint that is cut off at any moment of a computation is refused by name, with exit code 2")]
    public void A_cut_checkpoint()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "tried on Linux alone");
        for (var round = 0; round < LongTests.Rounds(1, 4); round++)
        {
            using var folder = new CheckpointFolder();
            var weights = Path.Combine(folder.Path, "consolidated.00.pth");
            using var tool = Start("generate", "--checkpoint", folder.Path, "--prompt", "the", "--temperature", "1e9", "--seed", "3", "--max-seq-len", "1000000", "--max-tokens", "1000000");
            tool.StandardOutput.Read().Should().BePositive();
            using (var file = new FileStream(weights, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) { file.SetLength(0); }
            _ = tool.StandardOutput.ReadToEndAsync();
            HasEnded(tool, "a file that is cut off").Should().Match<(int, string)>(end => end.Item1 == 2 && end.Item2.StartsWith($"llama3verify: {weights} has become shorter since it was opened: from "));
        }
    }
}
