namespace MlOps.Metrics;

/// <summary>The settings of a metrics sink of the type <c>JsonLines</c>, in its section.</summary>
/// <remarks>Read once, when the sink is made; a change takes effect after a restart.</remarks>
public sealed class JsonLinesSinkOptions
{
    /// <summary>Gets or sets the folder of the files, which any number of processes may share.</summary>
    /// <value>The default is <c>metrics</c>.</value>
    public string Path { get; set; } = "metrics";

    /// <summary>Gets or sets the size in bytes at which a file is ended and the next begun.</summary>
    /// <value>The default is 64 MiB; at least 4 KiB. A file is longer only if one batch is.</value>
    public long MaxFileSize { get; set; } = 64 << 20;

    /// <summary>Gets or sets the age at which a file is ended and the next begun, when there is something to write.</summary>
    /// <value>The default is 1 day; at least 1 second.</value>
    public TimeSpan MaxFileAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Gets or sets the most bytes of all files of such sinks in the folder. When a file is begun, the oldest files are deleted until a full one
    /// fits.</summary>
    /// <value>The default is 6 GiB; at least <see cref="MaxFileSize"/>. Files that a process writes to, and other files, are never deleted.</value>
    public long MaxTotalSize { get; set; } = 6L << 30;

    /// <summary>Gets or sets the age at which a file is deleted, since its last write, when another file is begun.</summary>
    /// <value>The default, <see langword="null"/>, keeps files of any age; at least 1 second.</value>
    public TimeSpan? MaxAge { get; set; }

    /// <summary>Gets or sets the time after which written points are flushed to the disk, so that they survive a power failure. Points survive the end of the
    /// process in any case.</summary>
    /// <value>
    /// The default is 5 seconds; at most 1 day. Zero flushes each batch before the sink takes the next. With <see langword="null"/>, which is <c>null</c> in a
    /// settings file, the operating
    /// system decides.
    /// </value>
    public TimeSpan? FlushToDiskInterval { get; set; } = TimeSpan.FromSeconds(5);
}
