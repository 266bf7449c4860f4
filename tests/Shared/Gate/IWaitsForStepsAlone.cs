namespace Llama3.Tests.Gate;

/// <summary>An attribute of tests that run while the steps are right, even if everything at once is not: those that show where the two part.</summary>
public interface IWaitsForStepsAlone;
