namespace MlOps.Migration;

/// <summary>Tells at once and on the thread that reports, which <see cref="Progress{T}"/> does not.</summary>
internal sealed class SynchronousProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
