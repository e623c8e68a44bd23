namespace MlOps.Serving;

/// <summary>Holds the current version of a served model.</summary>
internal sealed class ModelSlot
{
    private volatile LoadedVersion? _current;

    /// <summary>Gets the current version, or <see langword="null"/> if none is loaded.</summary>
    public LoadedVersion? Current => _current;

    /// <summary>Replaces the current version.</summary>
    /// <returns>The previous version, which the caller must retire.</returns>
    public LoadedVersion? Exchange(LoadedVersion? next) => Interlocked.Exchange(ref _current, next);
}
