using Llama3.Reference.Dumps;

namespace Llama3.Reference.Ports;

/// <summary>A tensor of a dump that is a step's result, or a part of it.</summary>
/// <param name="Name">What its name stands for.</param>
/// <param name="Entry">The tensor.</param>
internal sealed record PortPart(PortName Name, DumpEntry Entry);
