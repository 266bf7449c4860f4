namespace Llama3.Checking.Names.Engines;

/// <summary>A row of a table, found for a name in a dump.</summary>
/// <param name="Tensor">The row.</param>
/// <param name="Layer">The layer; null if the name has none.</param>
internal sealed record FoundName(EngineTensor Tensor, int? Layer);
