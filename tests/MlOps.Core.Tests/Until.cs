using System.Runtime.CompilerServices;

namespace MlOps;

/// <summary>Waits for what other threads do, and fails where it would hang if they never do it.</summary>
internal static class Until
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    /// <param name="condition">What is waited for.</param>
    /// <param name="meanwhile">What is done as long as it is not so.</param>
    /// <param name="expression">The condition's source.</param>
    public static Task IsTrueAsync(Func<bool> condition, Action? meanwhile = null, [CallerArgumentExpression(nameof(condition))] string expression = "") =>
        IsTrueAsync(() => Task.FromResult(condition()), meanwhile, expression);

    /// <inheritdoc cref="IsTrueAsync(Func{bool}, Action?, string)"/>
    public static async Task IsTrueAsync(
        Func<Task<bool>> condition, Action? meanwhile = null, [CallerArgumentExpression(nameof(condition))] string expression = "")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.That(TimeProvider.System.GetElapsedTime(started), Is.LessThan(s_patience), $"still waiting for: {expression}");
            meanwhile?.Invoke();
            await Task.Yield();
        }
    }

    public static Task<T> EndsAsync<T>(Task<T> task) => task.WaitAsync(s_patience);
}
