using MlOps.Records;

namespace MlOps.Registry;

/// <summary>Stores models as numbered, immutable versions with aliases, gates and a history.</summary>
/// <remarks>
/// <para>Thread safety: every member may be called from any thread at any time, and any number of processes may use one store.</para>
/// <para>Atomicity and ordering: every change is one event in the log of the model, recorded completely or not at all. A change is validated against
/// the latest state, so that one of two conflicting changes is refused. A version becomes visible when all its files are stored.</para>
/// <para>Ownership: the caller disposes the streams that it receives.</para>
/// <para>Repeated calls: registering the same files again creates a new version, whose files take no additional space.</para>
/// <para><see cref="ModelAliasExtensions"/>, <see cref="ModelChangeExtensions"/>, <see cref="ModelSearchExtensions"/> and <see cref="ModelCard"/> add
/// extension methods for aliases, changes, searches and model cards.</para>
/// <para>Names of models have 1 to 250 characters and at most 750 bytes in UTF-8, contain no <c>/</c> and no <c>:</c>, and are otherwise valid as a
/// segment of an <see cref="Storage.ArtifactPath"/>. They are case-sensitive.</para>
/// <para>Conformance: <c>ModelRegistryConformance</c> runs on every artifact store.</para>
/// </remarks>
/// <example>
/// <code>
/// var version = await registry.RegisterAsync("churn", new ModelRegistration
/// {
///     Format = "onnx",
///     Files = ["model.onnx"],
///     Metrics = new Dictionary&lt;string, double&gt; { ["auc"] = 0.91 },
/// });
/// await registry.SetAliasAsync("churn", "production", version.Number, reason: "better on new customers");
///
/// var package = await registry.OpenAsync(await registry.GetVersionAsync("churn", "production"));
/// await package.RestoreAsync("model"); // every file is verified
/// await registry.RollBackAsync("churn", "production", reason: "wrong predictions"); // back to the version before
/// </code>
/// </example>
public interface IModelRegistry
{
    /// <summary>Registers a version of a model. The first version creates the model.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="registration">The files and properties of the version.</param>
    /// <param name="progress">Receives a report after each file.</param>
    /// <param name="cancellationToken">Cancels the registration. No version is registered then.</param>
    /// <returns>The version.</returns>
    /// <exception cref="ArgumentException">The registration is not valid. No version was registered.</exception>
    /// <exception cref="InvalidOperationException">A file was changed while it was read. No version was registered.</exception>
    /// <exception cref="VersionNotFoundException">A dataset of the lineage is not in the store of the registry. No version was registered.</exception>
    Task<ModelVersion> RegisterAsync(
        string model, ModelRegistration registration, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Finds a model with its versions and aliases.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="maxAge">The maximum age of a cached result, which costs no request. Zero reads the store, which costs one small request.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The model, or <see langword="null"/> if it does not exist.</returns>
    /// <exception cref="DocumentFormatException">The event log of the model cannot be read. The message names the document.</exception>
    /// <exception cref="Storage.ArtifactIntegrityException">The event log of the model was altered. The message names the event.</exception>
    Task<RegisteredModel?> FindAsync(string model, TimeSpan maxAge = default, CancellationToken cancellationToken = default);

    /// <summary>Lists the models.</summary>
    /// <remarks>The listing reads an index, so the number of requests does not depend on the number of models. Damaged models are omitted and
    /// logged.</remarks>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The models in the order of their folders in the store. The order is ordinal, except for a name that begins with another name.</returns>
    IAsyncEnumerable<RegisteredModel> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Changes a model or one of its versions.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="change">The change, created by an extension method.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    /// <returns>The model after the change.</returns>
    /// <exception cref="ArgumentException">The change is not valid.</exception>
    /// <exception cref="VersionNotFoundException">The model, the version or the alias does not exist.</exception>
    /// <exception cref="VersionConflictException">An alias does not point at the expected version, or prevents the change; or the alert has changed
    /// already.</exception>
    /// <exception cref="PromotionRefusedException">The version does not pass the gates of the alias.</exception>
    Task<RegisteredModel> ChangeAsync(string model, ModelChange change, CancellationToken cancellationToken = default);

    /// <summary>Reads the history of a model. The history is kept when the model is deleted.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="after">The number of the last known event. The earlier events are not read. The default, 0, reads all events.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The events, oldest first. Empty if there was never a model with the name.</returns>
    /// <exception cref="DocumentFormatException">An event cannot be read. The message names the document.</exception>
    /// <exception cref="Storage.ArtifactIntegrityException">An event was changed, removed or moved. The message names the event.</exception>
    IAsyncEnumerable<RecordEvent> ReadHistoryAsync(string model, long after = 0, CancellationToken cancellationToken = default);

    /// <summary>Opens the files and golden examples of a version.</summary>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The package. There is nothing to dispose.</returns>
    /// <exception cref="Storage.ArtifactNotFoundException">The version and its content were deleted.</exception>
    /// <exception cref="Storage.ArtifactIntegrityException">The content of the manifest does not match its digest.</exception>
    Task<ModelPackage> OpenAsync(ModelVersion version, CancellationToken cancellationToken = default);
}
