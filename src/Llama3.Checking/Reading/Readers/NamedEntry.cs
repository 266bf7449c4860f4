using Llama3.Checking.Names;
using Llama3.Formats.Dumps;

namespace Llama3.Checking.Reading.Readers;

/// <summary>A tensor of a dump whose name is known.</summary>
/// <param name="Name">What its name stands for.</param>
/// <param name="Entry">The tensor.</param>
internal sealed record NamedEntry(TensorName Name, DumpEntry Entry);
