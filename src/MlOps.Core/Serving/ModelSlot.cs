namespace MlOps.Serving;

/// <summary>Holds the version that answers.</summary>
internal sealed class ModelSlot
{
    private volatile LoadedVersion? _current;

    /// <summary>Gets the version that answers, or <see langword="null"/> if there is none.</summary>
    public LoadedVersion? Current => _current;

    /// <summary>Replaces the version that answers.</summary>
    /// <returns>The one before, which the caller retires.</returns>
    public LoadedVersion? Exchange(LoadedVersion? next) => Interlocked.Exchange(ref _current, next);
}
