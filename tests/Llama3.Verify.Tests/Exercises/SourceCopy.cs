namespace Llama3.Verify.Tests.Exercises;

/// <summary>A copy of the source: built once, then changed, built and tested again and again. Tests that use it run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SourceCopy : ICollectionFixture<SourceCopy>, IDisposable
{
    public const string Name = "a copy of the source";

    /// <summary>What is not source: hidden folders, and what .gitignore lists.</summary>
    private static readonly string[] NoSource = ["bin", "obj", "TestResults", "artifacts", "__pycache__"];

    private readonly TemporaryFolder _folder = new();
    private bool _isBuilt;

    public void Dispose() => _folder.Dispose();

    /// <summary>Runs tests on changed source. The changes are undone afterwards.</summary>
    internal CourseRun Run(string tests, params IEnumerable<Edit> edits)
    {
        BuildOnce();
        var before = edits.Select(edit => edit.File).Distinct().ToDictionary(file => _folder[file], file => File.ReadAllText(_folder[file]));
        try
        {
            foreach (var edit in edits) { File.WriteAllText(_folder[edit.File], edit.In(File.ReadAllText(_folder[edit.File]))); }
            Build("--no-restore");
            var run = CourseRun.Of(this, tests);
            // A machine that is busy for a moment is not a slow course.
            return run.IsInTime ? run : CourseRun.Of(this, tests);
        }
        finally
        {
            foreach (var (file, text) in before) { File.WriteAllText(file, text); }
        }
    }

    /// <summary>Runs dotnet in the copy, as a learner does.</summary>
    internal CliResult Dotnet(params string[] arguments) =>
        Cli.RunProgram("dotnet", arguments, new() { [ExerciseTests.Variable] = "", [BreakTests.Variable] = "" }, _folder.Path);

    private void BuildOnce()
    {
        if (_isBuilt) { return; }
        Copy(new DirectoryInfo(Repository.Root), _folder.Path);
        Build();
        _isBuilt = true;
    }

    private void Build(params string[] options)
    {
        var build = Dotnet(["build", "-v", "q", .. options]);
        build.ExitCode.Should().Be(0, build.Output + build.Error);
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in from.EnumerateFiles()) { file.CopyTo(Path.Combine(to, file.Name)); }
        foreach (var folder in from.EnumerateDirectories().Where(folder => folder.Name[0] != '.' && !NoSource.Contains(folder.Name)))
        {
            Copy(folder, Path.Combine(to, folder.Name));
        }
    }
}
