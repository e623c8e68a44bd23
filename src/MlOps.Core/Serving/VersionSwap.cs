using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MlOps.Serving;

/// <summary>Installs and removes the current version, and keeps the slot, the states and the memory reservation consistent.</summary>
internal sealed partial class VersionSwap(string name, ModelSlot slot, VersionStates versions, ILogger logger)
{
    private readonly Lock _lock = new();
    private MemoryReservation? _reservation;
    private bool _isDisposed;

    /// <summary>Makes a version current. The previous version drains and is then unloaded.</summary>
    /// <param name="next">The version.</param>
    /// <param name="reservation">The memory of the version, which is released when the version is unloaded.</param>
    /// <param name="isFromCache">Whether the version came from the local cache because the store was unavailable.</param>
    /// <param name="error">The error of the store, or <see langword="null"/>.</param>
    /// <returns>The previous version.</returns>
    /// <exception cref="ObjectDisposedException">The model was disposed during the load. The version is unloaded.</exception>
    public LoadedVersion? Install(LoadedVersion next, MemoryReservation reservation, bool isFromCache = false, string? error = null)
    {
        _ = next.Unloaded.ContinueWith(
            _ =>
            {
                versions.Remove(next);
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
                MarkReservation();
                _reservation = reservation;
                versions.SetReady(next, isFromCache, error);
            }
        }

        (isLate ? next : before)?.Retire();
        ObjectDisposedException.ThrowIf(isLate, slot);
        LogSwapped(name, next.Local.Model, next.Local.Number, before?.Local.Number.ToString(CultureInfo.InvariantCulture) ?? "none");
        return before;
    }

    /// <summary>Removes the current version. It drains and is then unloaded.</summary>
    /// <returns>The removed version, or <see langword="null"/> if there was none.</returns>
    public LoadedVersion? Remove()
    {
        LoadedVersion? before;
        lock (_lock)
        {
            before = slot.Exchange(null);
            MarkReservation();
            versions.SetNoneReady();
        }

        before?.Retire();
        return before;
    }

    /// <summary>Unloads the current version and every version that is installed later.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }

        Remove();
    }

    /// <summary>Marks the memory reservation of the previous version as being released.</summary>
    private void MarkReservation()
    {
        if (_reservation is not null)
        {
            _reservation.IsUnloading = true;
            _reservation = null;
        }
    }

    [LoggerMessage(600, LogLevel.Information, "The model '{Name}' now serves version {Version} of '{Model}'. The previous version was {Before}.")]
    private partial void LogSwapped(string name, string model, int version, string before);
}
