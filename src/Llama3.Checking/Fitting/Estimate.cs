namespace Llama3.Checking.Fitting;

/// <summary>A number that was fitted.</summary>
/// <param name="Value">The number.</param>
/// <param name="Error">How far it may be off; 0 where only whole numbers were tried.</param>
/// <param name="Residual">√Σ(computed - dumped)², computed with this number.</param>
internal sealed record Estimate(double Value, double Error, double Residual);
