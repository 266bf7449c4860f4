namespace Llama3.Reference.Checkpoints;

/// <summary>What is known of a tensor before its numbers are read.</summary>
/// <param name="dtype">The type it is read as; half precision is read as Float32.</param>
/// <param name="shape">The sizes of its dimensions.</param>
public sealed record TensorInfo(ScalarType dtype, IReadOnlyList<long> shape);
