using MlOps.Records;

namespace MlOps.Registry;

/// <summary>Keeps models as numbered, immutable versions with aliases, gates and a history, in an artifact store.</summary>
/// <remarks>
/// <para>Thread safety: every member may be called from any thread at any time, and any number of processes may use one store.</para>
/// <para>Atomicity and ordering: every change is one entry of the model's log, recorded whole or not at all. Entries are numbered without a gap; each is decided on the newest
/// state, so that of two changes that exclude each other one is refused. A version is visible only when all its files are stored.</para>
/// <para>Ownership: the caller disposes the streams it is given.</para>
/// <para>Repeats: registering the same files again makes a new version, whose files cost nothing.</para>
/// <para>Conveniences are extension methods: <see cref="ModelAliasExtensions"/>, <see cref="ModelChangeExtensions"/>, <see cref="ModelSearchExtensions"/> and <see cref="ModelCard"/>.</para>
/// <para>Names of models have 1 to 250 characters and at most 750 bytes in UTF-8, no <c>/</c> and <c>:</c>, and are otherwise one segment of an
/// <see cref="Storage.ArtifactPath"/>. Case distinguishes.</para>
/// </remarks>
public interface IModelRegistry
{
    /// <summary>Registers a version of a model; the first one creates the model.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="registration">What the version consists of.</param>
    /// <param name="progress">Told after each file.</param>
    /// <param name="cancellationToken">Cancels the registration, which then leaves no version.</param>
    /// <returns>The version, with its number.</returns>
    /// <exception cref="ArgumentException">Something in the registration cannot be recorded; nothing was.</exception>
    /// <exception cref="InvalidOperationException">A file was changed while it was being read; nothing was recorded.</exception>
    /// <exception cref="VersionNotFoundException">A dataset of the lineage is not in the registry's store; nothing was recorded.</exception>
    Task<ModelVersion> RegisterAsync(
        string model, ModelRegistration registration, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Looks a model up.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="maxAge">How old the answer may be; within that, a model looked up before costs no request. Zero asks the store, which is one small request.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The model, or <see langword="null"/> if there is none.</returns>
    /// <exception cref="DocumentFormatException">Its log cannot be read; the message names the document.</exception>
    /// <exception cref="Storage.ArtifactIntegrityException">Its log was tampered with; the message names the event.</exception>
    Task<RegisteredModel?> FindAsync(string model, TimeSpan maxAge = default, CancellationToken cancellationToken = default);

    /// <summary>Lists the models.</summary>
    /// <remarks>The states come from an index, which costs the same few requests however many there are. A damaged model is a warning in the log and is left
    /// out.</remarks>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The models in the order of their folders in the store, which is ordinal but for names that begin with another's.</returns>
    IAsyncEnumerable<RegisteredModel> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Changes a model or one of its versions.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="change">What to do.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    /// <returns>The model after the change.</returns>
    /// <exception cref="ArgumentException">The change is not one that can be made.</exception>
    /// <exception cref="VersionNotFoundException">The model, version or alias is not there.</exception>
    /// <exception cref="VersionConflictException">An alias is not where it was expected, or is in the way.</exception>
    /// <exception cref="PromotionRefusedException">The version does not pass the alias's gates.</exception>
    Task<RegisteredModel> ChangeAsync(string model, ModelChange change, CancellationToken cancellationToken = default);

    /// <summary>Reads all that happened to a model: what, when, by whom and why. It stays also when the model is deleted.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The entries, oldest first; empty if there never was such a model.</returns>
    /// <exception cref="DocumentFormatException">An entry cannot be read; the message names the document.</exception>
    /// <exception cref="Storage.ArtifactIntegrityException">An entry was changed, removed or moved; the message says which.</exception>
    IAsyncEnumerable<RecordEvent> ReadHistoryAsync(string model, CancellationToken cancellationToken = default);

    /// <summary>Opens what a version consists of.</summary>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Its files and golden examples.</returns>
    /// <exception cref="Storage.ArtifactNotFoundException">The version was deleted since, and its content with it.</exception>
    /// <exception cref="Storage.ArtifactIntegrityException">The list of its files is not what was registered.</exception>
    Task<ModelPackage> OpenAsync(ModelVersion version, CancellationToken cancellationToken = default);
}
