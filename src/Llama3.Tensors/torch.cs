namespace Llama3.Tensors;

/// <summary>The part of PyTorch that Llama 3 needs, spelled as in PyTorch and TorchSharp.</summary>
public static partial class torch
{
}
