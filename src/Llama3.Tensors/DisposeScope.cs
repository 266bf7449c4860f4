namespace Llama3.Tensors;

/// <summary>
/// Does nothing. In TorchSharp, leaving a scope frees the native memory of the tensors made in it; here the garbage
/// collector does. It exists so that code which is careful with TorchSharp's memory compiles against either engine.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    /// <summary>Does nothing.</summary>
    public void Dispose()
    {
    }
}

public static partial class torch
{
    /// <summary>A scope that does nothing, see <see cref="DisposeScope"/>.</summary>
    public static DisposeScope NewDisposeScope() => new();
}
