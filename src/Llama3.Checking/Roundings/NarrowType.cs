using Llama3.Checking.Goldens;

namespace Llama3.Checking.Roundings;

/// <summary>What has fewer bits than float32, and what a port rounds some of its float32 numbers to.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Class">Which precision its roundings are as coarse as.</param>
internal abstract record NarrowType(string Name, PortPrecision Class)
{
    /// <summary>The rel-L2 that may remain where the reference rounds alike, because products use the rounded numbers in a way of their own.</summary>
    public double Remainder { get; init; }

    /// <summary>A tensor of rounded numbers.</summary>
    public abstract Tensor Of(Tensor tensor);
}
