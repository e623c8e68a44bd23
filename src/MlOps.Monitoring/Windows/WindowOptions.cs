namespace MlOps.Monitoring.Windows;

/// <summary>The options of the windows in which the predictions of a model are profiled.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class WindowOptions
{
    /// <summary>Gets or sets the length of a window. Windows are aligned to midnight, UTC, if the length divides a day.</summary>
    /// <value>The default is 1 hour. The range is 1 minute to 1 day.</value>
    public TimeSpan Length { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets the number of predictions of an instance after which a window ends early.</summary>
    /// <value>The default is <see langword="null"/>: windows end by time only. The minimum is 100. A window lasts at least one second.</value>
    public long? MaxRows { get; set; }

    /// <summary>Gets or sets the time between two writes of an open window. A killed process loses at most the predictions since the last write.</summary>
    /// <value>The default is 1 minute. The range is 1 second to 1 hour.</value>
    public TimeSpan Checkpoint { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets the age at which windows are deleted.</summary>
    /// <value>The default is 90 days. The minimum is 1 day.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Gets or sets the share of predictions that are profiled. A hash of the identifier chooses them. All predictions are counted.</summary>
    /// <value>The default is 1. The range is 0 to 1.</value>
    public double ProfileSampleRate { get; set; } = 1;

    /// <summary>Gets or sets the memory for observed predictions of a version that wait for the profiler. Predictions beyond it are not profiled.</summary>
    /// <value>The default is 32 MiB. The range is 1 MiB to 1 GiB. A prediction of 30 numbers takes about 300 bytes.</value>
    public int QueueMemory { get; set; } = 32 << 20;

    /// <summary>Gets or sets the maximum number of columns of the inputs and outputs. A version with more columns is not monitored.</summary>
    /// <value>
    /// The default is 2,000. The range is 1 to 100,000. An excess is logged. The profile of a column takes about 20 KB of memory for each open window.
    /// </value>
    public int MaxColumns { get; set; } = 2000;

    /// <summary>Gets the maximum of <see cref="Length"/>.</summary>
    internal static TimeSpan MaxLength { get; } = TimeSpan.FromDays(1);

    /// <summary>Finds values that are out of range.</summary>
    /// <param name="section">The path of the section in the configuration.</param>
    internal IEnumerable<string> FindFaults(string section)
    {
        return new[]
        {
            Check(nameof(Length), Length, TimeSpan.FromMinutes(1), MaxLength),
            Check(nameof(Checkpoint), Checkpoint, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            Check(nameof(Retention), Retention, TimeSpan.FromDays(1), TimeSpan.FromDays(36_500)),
            MaxRows is { } rows ? SettingRange.FindFault($"{section}:{nameof(MaxRows)}", rows, 100, long.MaxValue) : null,
            SettingRange.FindFault($"{section}:{nameof(ProfileSampleRate)}", ProfileSampleRate, 0, 1),
            SettingRange.FindFault($"{section}:{nameof(QueueMemory)}", QueueMemory, 1 << 20, 1 << 30),
            SettingRange.FindFault($"{section}:{nameof(MaxColumns)}", MaxColumns, 1, 100_000),
        }.OfType<string>();

        string? Check(string name, TimeSpan value, TimeSpan minimum, TimeSpan maximum) => value >= minimum && value <= maximum
            ? null
            : $"{section}:{name} is '{value}'. The range is {minimum} to {maximum}. Correct the setting.";
    }
}
