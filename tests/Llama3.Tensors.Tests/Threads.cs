namespace Llama3.Tensors.Tests;

/// <summary>The number of threads, for a while. It is one number for the whole process: one test after the other sets it.</summary>
internal static class Threads
{
    private static readonly Lock Gate = new();

    public static Tensor With(int threads, Func<Tensor> compute)
    {
        lock (Gate)
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
}
