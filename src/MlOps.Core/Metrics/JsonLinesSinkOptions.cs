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

    /// <summary>Gets or sets how many files of such sinks there may be in the folder; the oldest that no process writes to are deleted, and no other files.</summary>
    /// <value>The default is 100; at least 1.</value>
    public int MaxFiles { get; set; } = 100;
}
