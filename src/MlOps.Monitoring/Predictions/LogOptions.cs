namespace MlOps.Monitoring.Predictions;

/// <summary>The settings of the prediction log of a model.</summary>
/// <remarks>The settings are read once, when the log is created. Changes take effect after a restart.</remarks>
public sealed class LogOptions
{
    /// <summary>Gets or sets a value indicating whether predictions are logged.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets the share of predictions whose features are logged. The identifier, the time, the version and the outputs of every prediction
    /// are logged. The features of rejected and flagged rows are always logged.</summary>
    /// <remarks>The choice depends on the identifier of the prediction alone, so every instance chooses the same rows, and a higher rate includes the rows of a
    /// lower rate.</remarks>
    /// <value>0 to 1. The default is 0.1.</value>
    public double SampleRate { get; set; } = 0.1;

    /// <summary>Gets the names of the features that are not logged.</summary>
    /// <value>The default is empty. If a name is not the name of a feature, no features of the model are logged until the name is corrected.</value>
    public IList<string> Exclude { get; } = [];

    /// <summary>Gets the names of the features that are logged as digests.</summary>
    /// <value>The default is empty. If a name is not the name of a feature, no features of the model are logged until the name is corrected.</value>
    public IList<string> Hash { get; } = [];

    /// <summary>Gets or sets the secret key of the digests (HMAC-SHA-256). It is never logged.</summary>
    /// <value>At least 16 characters. The default, <see langword="null"/>, uses SHA-256 without a key and logs a warning, because the value of a digest
    /// without a key can be guessed.</value>
    public string? HashKey { get; set; }

    /// <summary>Gets or sets the age at which a day of predictions, or of outcomes, is deleted.</summary>
    /// <value>The default is 90 days. The minimum is 1 day. <see langword="null"/> keeps all days.</value>
    public TimeSpan? Retention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Gets or sets the maximum number of predictions in a file.</summary>
    /// <value>The default is 1,000,000. The minimum is 1.</value>
    public int MaxFileRows { get; set; } = 1_000_000;

    /// <summary>Gets or sets the size of a file, in bytes, at which the next predictions start a new file.</summary>
    /// <value>The default is 16 MiB. The minimum is 4 KiB, and the maximum is 64 MiB.</value>
    public long MaxFileSize { get; set; } = 16 << 20;

    /// <summary>Gets or sets the time after which a file is written to the store. If the process is killed, the predictions of this time are lost.</summary>
    /// <value>The default is 5 minutes. The minimum is 1 second, and the maximum is 1 day.</value>
    public TimeSpan MaxFileAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets the maximum size of the files that wait for the store, in bytes. When it is exceeded, further files are dropped, counted and
    /// logged.</summary>
    /// <value>The default is 64 MiB. The minimum is <see cref="MaxFileSize"/>.</value>
    public long MaxPendingSize { get; set; } = 64 << 20;
}
