namespace Llama3.Tests;

/// <summary>Waits for what takes no time. The limit is no measure of speed: it ends a test that would hang.</summary>
internal static class Patience
{
    /// <summary>Longer than the load of any machine explains.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Returns a task when it is done, and throws what it has thrown.</summary>
    /// <param name="task">What is done elsewhere.</param>
    /// <param name="awaited">What is awaited, in words.</param>
    /// <exception cref="TimeoutException">It is not done in time.</exception>
    public static TTask WaitFor<TTask>(TTask task, string awaited)
        where TTask : Task
    {
        if (Task.WaitAny([task], Limit) < 0) { throw new TimeoutException($"waited {Limit.TotalMinutes:N0} minutes in vain for {awaited}"); }
        task.GetAwaiter().GetResult();
        return task;
    }
}
