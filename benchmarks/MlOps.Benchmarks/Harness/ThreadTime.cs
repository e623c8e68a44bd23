using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MlOps.Benchmarks;

/// <summary>The processor time of the current thread, without the time of other threads and processes.</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID

    /// <summary>Gets a value indicating whether the system supports it; otherwise the elapsed time is used.</summary>
    public static bool IsProcessorTime { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>Gets the time since an arbitrary start, in nanoseconds.</summary>
    public static long Nanoseconds
    {
        get
        {
            if (!IsProcessorTime)
            {
                return Stopwatch.GetElapsedTime(0).Ticks * TimeSpan.NanosecondsPerTick;
            }

            return GetTime(ThreadClock, out var time) == 0
                ? (time.Seconds * 1_000_000_000) + time.Nanoseconds
                : throw new InvalidOperationException("The system has no clock for the processor time of a thread.");
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
