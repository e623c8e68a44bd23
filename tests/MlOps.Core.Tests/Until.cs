namespace MlOps;

/// <summary>Waits for what other threads do, and fails where it would hang if they never do it.</summary>
internal static class Until
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <param name="condition">What is waited for.</param>
    /// <param name="meanwhile">What is done as long as it is not so.</param>
    public static async Task IsTrueAsync(Func<bool> condition, Action? meanwhile = null)
    {
        using var timeout = new CancellationTokenSource(s_patience);
        while (!condition())
        {
            timeout.Token.ThrowIfCancellationRequested();
            meanwhile?.Invoke();
            await Task.Yield();
        }
    }

    public static Task<T> EndsAsync<T>(Task<T> task) => task.WaitAsync(s_patience);
}
