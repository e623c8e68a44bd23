namespace MlOps.Migration;

/// <summary>Calls a delegate synchronously on the reporting thread, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class SynchronousProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
