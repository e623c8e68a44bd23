using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>The settings of one served model, section <c>MlOps:Models:&lt;name&gt;</c>.</summary>
/// <remarks>The settings are read once, when the model is first used. Changes take effect after a restart.</remarks>
public sealed class ServedModelOptions
{
    /// <summary>The name of the section below <c>MlOps</c>, with a subsection for each model.</summary>
    internal const string SectionName = "Models";

    internal const string DefaultAlias = "production";

    /// <summary>Gets or sets the name of the model in the registry.</summary>
    /// <value>The default, <see langword="null"/>, is the name of the served model.</value>
    public string? Model { get; set; }

    /// <summary>Gets or sets the alias of the version to serve.</summary>
    /// <value>The default is <c>production</c>. An alias has 1 to 255 characters of <c>A–Z a–z 0–9 _ -</c>, is not a number, and is not case-sensitive.</value>
    public string Alias { get; set; } = DefaultAlias;

    /// <summary>Gets or sets the number of the version to serve. It takes precedence over <see cref="Alias"/>.</summary>
    /// <value>The default, <see langword="null"/>, follows <see cref="Alias"/>.</value>
    public int? Version { get; set; }

    /// <summary>Gets or sets the path of a file or folder to serve without a registry, for tests and first steps.</summary>
    /// <remarks>
    /// Each change of the content is served as a new version. The files are copied to <see cref="CacheFolder"/> and verified before they are loaded.
    /// A folder may contain <c>input-schema.json</c>, and <c>golden-examples.json</c> with an array of objects with <c>inputs</c>, <c>outputs</c> and
    /// <c>tolerance</c>. Files whose names begin with a dot are ignored. Write a new model under another name and then rename it, so that a complete
    /// file appears at once.
    /// </remarks>
    /// <value>
    /// The default, <see langword="null"/>, serves a model from the registry. A relative path is resolved against the working directory. The setting
    /// cannot be combined with <see cref="Model"/>, <see cref="Alias"/> or <see cref="Version"/>.
    /// </value>
    public string? File { get; set; }

    /// <summary>Gets or sets the format of <see cref="File"/>, such as <c>onnx</c>.</summary>
    /// <value>
    /// The default, <see langword="null"/>, infers the format from the file extension (<c>.onnx</c> is <c>onnx</c>, <c>.zip</c> is <c>mlnet</c>), or
    /// uses the format of the only registered loader.
    /// </value>
    public string? Format { get; set; }

    /// <summary>Gets or sets the interval at which the registry or <see cref="File"/> is polled. A poll of the registry sends one small request.</summary>
    /// <remarks>A change to the registry by this process takes effect immediately.</remarks>
    /// <value>
    /// The default is 5 seconds. The range is 10 milliseconds to 1 day. Zero disables polling and the detection of changes by this process, so that
    /// only <see cref="IModel.ReloadAsync"/> checks for a new version.
    /// </value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the start mode of the model.</summary>
    /// <value>The default is <see cref="ModelStartMode.Required"/>.</value>
    public ModelStartMode Start { get; set; }

    /// <summary>Gets or sets the policy for values that violate the schema of the version.</summary>
    /// <value>The default, <see langword="null"/>, is the policy in the schema, or <see cref="InputPolicy.Reject"/> if the schema has none.</value>
    public InputPolicy? OnInvalidInput { get; set; }

    /// <summary>Gets the policies for single features, by feature name. They take precedence over <see cref="OnInvalidInput"/>.</summary>
    /// <value>The default is empty. Names are not case-sensitive, unless the version has features whose names differ only in case.</value>
    public Dictionary<string, InputPolicy> OnInvalidFeature { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Gets or sets the folder for verified files of the current and previous versions. They are in a subfolder with the name of the served model.
    /// </summary>
    /// <value>The default, <see langword="null"/>, is <see cref="ServingOptions.CacheFolder"/>.</value>
    public string? CacheFolder { get; set; }

    /// <summary>Gets or sets the maximum memory use of a version, in bytes. A version that needs more is not loaded.</summary>
    /// <value>
    /// The default is <see langword="null"/>: no limit. The minimum is 1. The memory use of a version is the
    /// <see cref="Registry.ResourceProfile.Memory"/> that was measured on the kind of this machine, or else the greatest value of other kinds, or else the
    /// size of its files.
    /// </value>
    public long? MemoryBudget { get; set; }

    /// <summary>Gets or sets a value indicating whether the resources of a version are measured when it is loaded, and recorded with the version.</summary>
    /// <remarks>
    /// The load time, the memory and the latencies are measured once for each kind of machine (<see cref="Registry.ResourceProfile.CurrentMachine"/>), and
    /// recorded in the background. Up to 1,000 predictions after the warm-up, within <see cref="WarmUpTime"/> and at most one second, measure the
    /// latencies. The load time and the memory are not measured while other models are loaded or unloaded; <see cref="IResourceMeter"/> measures them on
    /// demand. A served <see cref="File"/> is not measured.
    /// </remarks>
    /// <value>The default is <see langword="true"/>. Recording requires write access to the store; without it, one warning is logged.</value>
    public bool MeasureResources { get; set; } = true;

    /// <summary>Gets or sets the timeout for loading a version from the local disk. The same timeout applies to the preceding wait for memory.</summary>
    /// <value>The default is 5 minutes. The range is 1 second to 1 day.</value>
    public TimeSpan LoadTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets the time budget for the smoke test and the warm-up of a version.</summary>
    /// <remarks>
    /// The smoke test predicts the golden examples of the version, or rows created from its schema, with the row types of the callers. If all
    /// predictions fail, the load fails and the previous version continues to serve. Then the warm-up executes each code path a few times, so that the
    /// first callers do not wait for compilation. The budget is checked after each prediction.
    /// </remarks>
    /// <value>
    /// The default is 5 seconds, but at most half of <see cref="LoadTimeout"/>. The maximum is 1 hour. Zero disables the smoke test and the warm-up.
    /// </value>
    public TimeSpan WarmUpTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the number of predictors to create when a version is loaded. More are created if more threads predict concurrently.</summary>
    /// <value>The default, 0, is the number of processors. The maximum is 1,024.</value>
    public int Predictors { get; set; }

    /// <summary>Gets or sets the maximum number of versions that are loaded through <see cref="IModel.At"/>, in addition to the current version.</summary>
    /// <value>The default is 2. The range is 1 to 1,024. Beyond the limit, the least recently used version is unloaded.</value>
    public int MaxSideVersions { get; set; } = 2;

    /// <summary>Gets or sets the maximum number of rows that <c>PredictAsync</c> combines into one model call.</summary>
    /// <value>The default, 1, disables micro-batching. The maximum is 65,536.</value>
    public int MaxBatchSize { get; set; } = 1;

    /// <summary>Gets or sets the maximum time that a row waits for others to fill its batch.</summary>
    /// <value>
    /// The default is 2 milliseconds. The maximum is 1 minute. A row waits only while its batch is smaller than the average of recent batches, so the
    /// rows of a single caller do not wait.
    /// </value>
    public TimeSpan MaxBatchDelay { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>
    /// Gets or sets the maximum number of rows in the queue for batches. Beyond it, rows are rejected with a <see cref="ModelOverloadedException"/>.
    /// </summary>
    /// <value>The default is 1,000. The minimum is <see cref="MaxBatchSize"/>.</value>
    public int MaxQueueLength { get; set; } = 1_000;

    /// <summary>Gets or sets the origin of the options, for messages.</summary>
    internal OptionsOrigin Origin { get; set; }

    /// <summary>Gets or sets a value indicating whether the version is loaded only to measure it.</summary>
    internal bool IsMeasurement { get; set; }

    internal ServedModelOptions Clone() => (ServedModelOptions)MemberwiseClone();
}
