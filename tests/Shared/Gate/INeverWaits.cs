namespace Llama3.Tests.Gate;

/// <summary>An attribute of tests that run while a step is broken: those that show which. All others wait until the steps are right.</summary>
public interface INeverWaits;
