using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>The settings of one served model, section <c>MlOps:Models:&lt;name&gt;</c>.</summary>
/// <remarks>Read once, when the model is first used; a change takes effect after a restart.</remarks>
public sealed class ServedModelOptions
{
    /// <summary>The name of the section, below <c>MlOps</c>, that holds one for each model.</summary>
    internal const string SectionName = "Models";

    internal const string DefaultAlias = "production";

    /// <summary>Gets or sets the model's name in the registry.</summary>
    /// <value>The default, <see langword="null"/>, is the name under which it is served.</value>
    public string? Model { get; set; }

    /// <summary>Gets or sets the alias whose version is served.</summary>
    /// <value>The default is <c>production</c>. 1 to 255 of <c>A–Z a–z 0–9 _ -</c> that do not read as a version; case does not distinguish.</value>
    public string Alias { get; set; } = DefaultAlias;

    /// <summary>Gets or sets the number of the one version to serve, whatever the alias names.</summary>
    /// <value>The default, <see langword="null"/>, follows <see cref="Alias"/>.</value>
    public int? Version { get; set; }

    /// <summary>Gets or sets the path of a file or folder that is served without a registry, for tests and first steps.</summary>
    /// <remarks>
    /// Each change of the content is served as the next version. The files are copied to <see cref="CacheFolder"/> and verified before they are
    /// loaded. A folder
    /// may hold <c>input-schema.json</c>, and <c>golden-examples.json</c>: an array of objects with <c>inputs</c>, <c>outputs</c> and
    /// <c>tolerance</c>. Files whose
    /// names begin with a dot are not part of the model. Write a new model under another name and rename it, so that it appears complete.
    /// </remarks>
    /// <value>
    /// The default, <see langword="null"/>, serves a model of the registry. A relative path is relative to the working directory. Excludes <see cref="Model"/>,
    /// <see cref="Alias"/> and <see cref="Version"/>.
    /// </value>
    public string? File { get; set; }

    /// <summary>Gets or sets the format of <see cref="File"/>, such as <c>onnx</c>.</summary>
    /// <value>
    /// The default, <see langword="null"/>, is the format of the extension (<c>.onnx</c> is <c>onnx</c>, <c>.zip</c> is <c>mlnet</c>), or else of the
    /// only loader.
    /// </value>
    public string? Format { get; set; }

    /// <summary>Gets or sets how long to wait between looks at the registry, each of which is one small request, or at <see cref="File"/>.</summary>
    /// <remarks>A change that this process makes to the registry is seen at once.</remarks>
    /// <value>
    /// The default is five seconds; 10 ms to a day, or zero for never, so that only <see cref="IModel.ReloadAsync"/> looks, also after changes by
    /// this process.
    /// </value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets what is to happen when the host starts.</summary>
    /// <value>The default is <see cref="ModelStart.Required"/>.</value>
    public ModelStart Start { get; set; }

    /// <summary>Gets or sets what to do about values that the version's schema does not allow.</summary>
    /// <value>The default, <see langword="null"/>, is what the schema says, and without that <see cref="InputPolicy.Reject"/>.</value>
    public InputPolicy? OnInvalidInput { get; set; }

    /// <summary>Gets the same for single features, by the feature's name; these win.</summary>
    /// <value>The default is empty. Case does not distinguish, unless the version has two features whose names differ in case alone.</value>
    public Dictionary<string, InputPolicy> OnInvalidFeature { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Gets or sets the folder in which verified files of the versions served last are kept, in a folder of the name under which the model is served.
    /// </summary>
    /// <value>The default, <see langword="null"/>, is <see cref="ServingOptions.CacheFolder"/>.</value>
    public string? CacheFolder { get; set; }

    /// <summary>
    /// Gets or sets the most memory that a version may need, in bytes: what <see cref="Registry.ResourceProfile.Memory"/> says, or else the size of
    /// its files.
    /// </summary>
    /// <value>The default, <see langword="null"/>, is no bound; at least 1. A version that needs more is not loaded.</value>
    public long? MemoryBudget { get; set; }

    /// <summary>
    /// Gets or sets how long loading a version may take once its files are on the local disk, and before that the wait for memory; what takes longer,
    /// as damaged files may, fails.
    /// </summary>
    /// <value>The default is five minutes; one second to a day.</value>
    public TimeSpan LoadTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets the time that a version may predict before it answers callers.</summary>
    /// <remarks>
    /// The golden examples of the version, or rows made from its schema, are predicted with the types of the callers. If all of them fail, the load
    /// fails and the version before goes on answering. Then each other path
    /// of a prediction is used a few times, so that the first callers do not wait for compilation. The time is checked after each prediction.
    /// </remarks>
    /// <value>
    /// The default is five seconds, at most half of <see cref="LoadTimeout"/>. Zero serves versions without this check and without a warm-up; at most
    /// one hour.
    /// </value>
    public TimeSpan WarmUpTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how many predictors are made when a version is loaded; more are made when more threads predict at once.</summary>
    /// <value>The default, 0, is the number of processors; at most 1,024.</value>
    public int Predictors { get; set; }

    /// <summary>
    /// Gets or sets how many versions that callers name with <see cref="IModel.At"/> are loaded at once, beside the one that the settings name.
    /// </summary>
    /// <value>The default is 2; 1 to 1,024. Beyond it the version that was not used for the longest time is unloaded.</value>
    public int MaxSideVersions { get; set; } = 2;

    /// <summary>Gets or sets how many callers' rows <c>PredictAsync</c> puts into one call of the model.</summary>
    /// <value>The default, 1, is no batching; at most 65,536.</value>
    public int MaxBatchSize { get; set; } = 1;

    /// <summary>Gets or sets the longest time that a row waits for others to fill its batch.</summary>
    /// <value>
    /// The default is 2 ms; at most one minute. A row waits only while its batch is smaller than the last batches were on average, so the rows of a
    /// lone caller do not wait.
    /// </value>
    public TimeSpan MaxBatchDelay { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Gets or sets how many rows may wait for a batch; beyond it they are refused with a <see cref="ModelOverloadedException"/>.</summary>
    /// <value>The default is 1,000; at least <see cref="MaxBatchSize"/>.</value>
    public int MaxQueueLength { get; set; } = 1_000;

    /// <summary>Gets or sets where the options come from, for messages that name them.</summary>
    internal ModelOrigin Origin { get; set; }

    internal ServedModelOptions Clone() => (ServedModelOptions)MemberwiseClone();
}
