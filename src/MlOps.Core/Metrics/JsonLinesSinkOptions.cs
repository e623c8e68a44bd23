namespace MlOps.Metrics;

/// <summary>The settings of a metrics sink of type <c>JsonLines</c>, in the section of the sink.</summary>
/// <remarks>The settings are read once, when the sink is created. Changes take effect after a restart.</remarks>
public sealed class JsonLinesSinkOptions
{
    /// <summary>Gets or sets the folder of the files. Several processes may share it.</summary>
    /// <value>The default is <c>metrics</c>.</value>
    public string Path { get; set; } = "metrics";

    /// <summary>Gets or sets the maximum size of a file, in bytes. A new file is started when a batch would exceed it.</summary>
    /// <value>The default is 64 MiB. The minimum is 4 KiB. A file exceeds the maximum only if a single batch does.</value>
    public long MaxFileSize { get; set; } = 64 << 20;

    /// <summary>Gets or sets the age at which a file is closed. The next batch starts a new file.</summary>
    /// <value>The default is 1 day. The minimum is 1 second.</value>
    public TimeSpan MaxFileAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Gets or sets the maximum total size of the metric files in the folder, in bytes. When a file is started, the oldest files are deleted.
    /// </summary>
    /// <value>The default is 6 GiB. The minimum is <see cref="MaxFileSize"/>. Files in use and files of other programs are never deleted.</value>
    public long MaxTotalSize { get; set; } = 6L << 30;

    /// <summary>Gets or sets the retention time of a file after its last write. Older files are deleted when a file is started.</summary>
    /// <value>The default is <see langword="null"/>: no limit. The minimum is 1 second.</value>
    public TimeSpan? MaxAge { get; set; }

    /// <summary>Gets or sets the time after which written points are flushed to the disk, so that they survive a power failure.</summary>
    /// <remarks>Points survive a crash of the process regardless of this setting.</remarks>
    /// <value>
    /// The default is 5 seconds. The maximum is 1 day. Zero flushes after each batch. <see langword="null"/> (<c>null</c> in a settings file) leaves
    /// flushing to the operating system.
    /// </value>
    public TimeSpan? FlushToDiskInterval { get; set; } = TimeSpan.FromSeconds(5);
}
