namespace Llama3.Tensors.Tests;

/// <summary>The number of threads, for a while.</summary>
internal static class Threads
{
    public static Tensor With(int threads, Func<Tensor> compute)
    {
        var before = get_num_threads();
        set_num_threads(threads);
        try
        {
            get_num_threads().Should().Be(threads);
            return compute();
        }
        finally
        {
            set_num_threads(before);
        }
    }
}
