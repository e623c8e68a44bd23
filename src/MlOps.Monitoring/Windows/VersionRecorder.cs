using MlOps.Datasets;

namespace MlOps.Monitoring.Windows;

/// <summary>Adds observed predictions of one version to the windows of their times.</summary>
/// <remarks>
/// Not thread-safe. A window is the period from a multiple of the length since 0001-01-01, UTC. It is closed at the first checkpoint at which it does not
/// contain the current time. A prediction whose window is closed begins another object of the same window; readers merge both. Therefore predictions are in the
/// window of their time even if the clock jumps. Those whose time differs from the monotonic clock by more than 5 minutes are counted.
/// </remarks>
/// <param name="model">The name of the model.</param>
/// <param name="version">The number of the version.</param>
/// <param name="inputs">The columns of the inputs.</param>
/// <param name="outputs">The columns of the outputs.</param>
/// <param name="baseline">The baseline.</param>
/// <param name="options">The options.</param>
/// <param name="instance">The identifier of the instance.</param>
/// <param name="nextNumber">Numbers the objects of the instance.</param>
internal sealed class VersionRecorder(
    string model,
    int version,
    IReadOnlyList<RowColumn> inputs,
    IReadOnlyList<RowColumn> outputs,
    WindowBaseline baseline,
    WindowOptions options,
    string instance,
    Func<int> nextNumber)
{
    /// <summary>The maximum number of windows that wait to be written, for example while the store is not reachable.</summary>
    private const int MaxWindows = 24;

    private static readonly TimeSpan s_tolerance = TimeSpan.FromMinutes(5);
    private readonly List<OpenWindow> _windows = [];

    /// <summary>Gets a value indicating whether there is no window to write.</summary>
    public bool IsEmpty => _windows.Count == 0;

    /// <summary>Gets the numbers since the start.</summary>
    public VersionTotals Totals { get; } = new();

    /// <summary>Adds predictions.</summary>
    /// <param name="chunk">The predictions.</param>
    /// <param name="earliest">The time of the last checkpoint, in ticks of UTC.</param>
    /// <param name="latest">The current time by the monotonic clock, in ticks of UTC.</param>
    public void Add(ObservedChunk chunk, long earliest, long latest)
    {
        Totals.Add(chunk);
        for (var from = 0; from < chunk.Count;)
        {
            var window = GetWindow(chunk.Times[from]);
            var to = from + 1;
            while (to < chunk.Count && window.Contains(chunk.Times[to]))
            {
                to++;
            }

            window.Add(chunk, from, to - from, earliest - s_tolerance.Ticks, latest + s_tolerance.Ticks);
            from = to;
        }
    }

    /// <summary>Adds predictions that were not profiled.</summary>
    public void AddDropped(long count, long time)
    {
        Totals.AddDropped(count);
        GetWindow(time).AddDropped(count);
    }

    /// <summary>Creates the contents to write.</summary>
    /// <param name="time">The current time, in ticks of UTC.</param>
    /// <param name="isEnding">Whether the instance ends. All windows are closed.</param>
    public IReadOnlyList<WindowSnapshot> TakeSnapshots(long time, bool isEnding)
    {
        foreach (var window in _windows.Where(window => !window.IsClosed && (isEnding || !window.Contains(time))))
        {
            window.Close();
        }

        return
        [
            .. _windows.Where(static window => window.MustBeSaved)
                .Select(window => new WindowSnapshot(window, window.ToContent(model, version, instance), window.IsClosed)),
        ];
    }

    /// <summary>Removes windows that are written, and the oldest ones if too many wait.</summary>
    /// <returns>The removed windows that were not written completely.</returns>
    public IReadOnlyList<OpenWindow> RemoveSaved()
    {
        _windows.RemoveAll(static window => window.IsSaved);
        OpenWindow[] lost = [.. _windows.Where(static window => window.IsClosed).Take(Math.Max(0, _windows.Count - MaxWindows))];
        _windows.RemoveAll(lost.Contains);
        return lost;
    }

    private OpenWindow GetWindow(long time)
    {
        var second = time - (time % TimeSpan.TicksPerSecond);
        if (_windows.FindLast(window => !window.IsClosed && window.Contains(time)) is not { } window)
        {
            return Open(time - (time % options.Length.Ticks), time);
        }

        if (window.Predictions < options.MaxRows.GetValueOrDefault(long.MaxValue) || second <= window.Start)
        {
            return window;
        }

        window.Close(second);
        return Open(second, time);
    }

    private OpenWindow Open(long start, long time)
    {
        // A clock that jumps again and again must not open any number of windows.
        if (_windows.Count(static window => !window.IsClosed) >= MaxWindows)
        {
            _windows.First(static window => !window.IsClosed).Close();
        }

        var window = new OpenWindow(
            WindowPaths.Object(model, version, new DateTimeOffset(start, TimeSpan.Zero), instance, nextNumber()),
            start,
            Math.Min(time - (time % options.Length.Ticks), DateTime.MaxValue.Ticks - options.Length.Ticks) + options.Length.Ticks,
            inputs,
            outputs,
            baseline,
            options);
        _windows.Add(window);
        return window;
    }
}
