using Llama3.Checking.Names;
using Llama3.Formats.Dumps;

namespace Llama3.Checking.Reading;

/// <summary>A tensor of a dump that is a step's result, or a part of it.</summary>
/// <param name="Name">What its name stands for.</param>
/// <param name="Entry">The tensor.</param>
internal sealed record NamedTensor(TensorName Name, DumpEntry Entry);
