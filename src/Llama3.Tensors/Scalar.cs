namespace Llama3.Tensors;

/// <summary>A number beside a tensor: it takes part in an operation without changing the tensor's floating-point type.</summary>
public readonly struct Scalar
{
    private readonly double _real;
    private readonly long _integer;

    private Scalar(double real, long integer, bool isInteger) => (_real, _integer, IsInteger) = (real, integer, isInteger);

    internal bool IsInteger { get; }

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(int value) => new(value, value, true);

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(long value) => new(value, value, true);

    /// <summary>A floating-point number.</summary>
    public static implicit operator Scalar(float value) => new(value, 0, false);

    /// <summary>A floating-point number.</summary>
    public static implicit operator Scalar(double value) => new(value, 0, false);

    internal double ToDouble() => _real;

    /// <summary>A tensor without dimensions.</summary>
    internal torch.Tensor ToTensor() => IsInteger ? torch.tensor(_integer) : torch.tensor(_real);
}
