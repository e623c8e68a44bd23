using Microsoft.Extensions.Logging;

namespace MlOps.Serving;

/// <summary>Puts versions in and out of the slot that answers, so that slot, states and memory always agree.</summary>
internal sealed partial class VersionSwap(string name, ModelSlot slot, ServedVersions versions, ILogger logger)
{
    private readonly Lock _lock = new();
    private MemoryReservation? _reservation;
    private bool _isDisposed;

    /// <summary>Lets a version answer; the one before drains and is then unloaded.</summary>
    /// <param name="next">The version.</param>
    /// <param name="reservation">Its memory, which is given back when it is unloaded.</param>
    /// <param name="isFromCache">Whether it came from the local cache, because the store could not be read.</param>
    /// <param name="error">Why it could not, or <see langword="null"/>.</param>
    /// <returns>The version before.</returns>
    /// <exception cref="ObjectDisposedException">The model was disposed meanwhile; the version is unloaded.</exception>
    public LoadedVersion? Install(LoadedVersion next, MemoryReservation reservation, bool isFromCache = false, string? error = null)
    {
        _ = next.Unloaded.ContinueWith(
            _ =>
            {
                versions.End(next);
                reservation.Dispose();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        LoadedVersion? before = null;
        bool isLate;
        lock (_lock)
        {
            isLate = _isDisposed;
            if (!isLate)
            {
                before = slot.Exchange(next);
                End();
                _reservation = reservation;
                versions.SetReady(next, isFromCache, error);
            }
        }

        (isLate ? next : before)?.Retire();
        ObjectDisposedException.ThrowIf(isLate, slot);
        LogSwapped(name, next.Local.Model, next.Local.Number, before is null ? "none" : $"version {before.Local.Number}");
        return before;
    }

    /// <summary>Lets no version answer any more; the one that did drains and is then unloaded.</summary>
    /// <returns>That version, or <see langword="null"/> if there was none.</returns>
    public LoadedVersion? Remove()
    {
        LoadedVersion? before;
        lock (_lock)
        {
            before = slot.Exchange(null);
            End();
            versions.SetUnloaded();
        }

        before?.Retire();
        return before;
    }

    /// <summary>Unloads, now and whatever comes later.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }

        Remove();
    }

    private void End()
    {
        if (_reservation is not null)
        {
            _reservation.IsEnding = true;
            _reservation = null;
        }
    }

    [LoggerMessage(600, LogLevel.Information, "The model '{Name}' is answered by version {Version} of '{Model}' now; {Before} did before.")]
    private partial void LogSwapped(string name, string model, int version, string before);
}
