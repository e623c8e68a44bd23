using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Registry;

/// <summary>The model registry of an artifact store.</summary>
/// <remarks>
/// <para>Thread-safe. Use one instance for each store in a process, because the registry caches models and reads only new events. There is nothing
/// to dispose; the registry does not dispose the store.</para>
/// <para>A model is stored as an event log in the folder <c>models/&lt;name&gt;</c>. Its files are stored as content, once by digest.</para>
/// <para>Conformance: <c>ModelRegistryConformance</c> runs on every artifact store.</para>
/// </remarks>
public sealed partial class ModelRegistry : IModelRegistry
{
    private readonly ConcurrentDictionary<string, bool> _ambiguous = new(StringComparer.Ordinal);
    private readonly ModelRecords _records;
    private readonly DatasetRecords _datasets;
    private readonly ModelSnapshots _snapshots;
    private readonly ContentStore _content;
    private readonly RegistryOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    /// <summary>Initializes a new instance of the <see cref="ModelRegistry"/> class.</summary>
    /// <param name="store">The store of the models.</param>
    /// <param name="options">The gates and formats; <see langword="null"/> for the defaults.</param>
    /// <param name="timeProvider">The clock; <see langword="null"/> for the system clock.</param>
    /// <param name="actor">The default actor of changes; <see langword="null"/> for the user of the operating system.</param>
    /// <exception cref="OptionsValidationException">The options are not valid. The message names each setting.</exception>
    public ModelRegistry(IArtifactStore store, RegistryOptions? options = null, TimeProvider? timeProvider = null, string? actor = null)
        : this(
            store ?? throw new ArgumentNullException(nameof(store)),
            new ContentStore(store, timeProvider ?? TimeProvider.System),
            Validate(options ?? new RegistryOptions()),
            actor ?? RecordText.SystemUser,
            timeProvider ?? TimeProvider.System)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="ModelRegistry"/> class.</summary>
    /// <param name="records">The models of the store.</param>
    /// <param name="datasets">The datasets of the same store, for the validation of lineage.</param>
    /// <param name="content">The content of the store.</param>
    /// <param name="options">The gates and formats.</param>
    /// <param name="timeProvider">The clock for the ages of cached models.</param>
    /// <param name="logger">The logger.</param>
    internal ModelRegistry(
        ModelRecords records, DatasetRecords datasets, ContentStore content, RegistryOptions options, TimeProvider timeProvider, ILogger<ModelRegistry> logger)
    {
        _records = records;
        _datasets = datasets;
        _snapshots = new ModelSnapshots(options, timeProvider);
        _content = content;
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    private ModelRegistry(IArtifactStore store, ContentStore content, RegistryOptions options, string actor, TimeProvider timeProvider)
        : this(
            new ModelRecords(store, content, actor, timeProvider, NullLogger.Instance),
            new DatasetRecords(store, new DatasetManifestReader(content), actor, timeProvider, NullLogger.Instance),
            content,
            options,
            timeProvider,
            NullLogger<ModelRegistry>.Instance)
    {
    }

    /// <summary>Occurs after this process has recorded a change. The argument is the name of the model.</summary>
    internal event Action<string>? Changed;

    /// <inheritdoc/>
    public async Task<ModelVersion> RegisterAsync(
        string model, ModelRegistration registration, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        RecordText.ThrowIfNotRecordName("model", model);
        ArgumentNullException.ThrowIfNull(registration);
        RegistrationRules.Validate(registration);
        if (ModelFormats.FindFault(registration.Format, _options) is { } fault)
        {
            throw new ArgumentException($"The model '{model}' cannot be registered. {fault}", nameof(registration));
        }

        await LineageValidation.ThrowIfMissingAsync(registration.Lineage, _datasets, cancellationToken).ConfigureAwait(false);
        RegistrationSize.ThrowIfTooLarge(registration.Examples);
        var actor = registration.Actor ?? _records.DefaultActor;
        RegistrationSize.ThrowIfTooLarge(ToEvent(ToVersion(model, registration, actor, [], default), int.MaxValue));

        var sources = RegistrationFiles.Find(registration);
        var write = await _content.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        var files = await sources.AddAsync(write, progress, cancellationToken).ConfigureAwait(false);
        RegistrationSize.ThrowIfTooLarge(files);
        var manifest = new PackageManifest { Format = StoredDocument.Format, Files = files, Examples = registration.Examples };
        var digest = await write.AddDocumentAsync(manifest, RegistryJson.Default.PackageManifest, cancellationToken).ConfigureAwait(false);
        var version = ToVersion(model, registration, actor, files, digest);
        await write.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        var after = await AppendAsync(model, state => ToEvent(version, state.LastVersion + 1), actor, cancellationToken).ConfigureAwait(false);
        var registered = after.State.Versions[^1]; // the state is that of this event, so the last version is the new version
        LogRegistered(model, registered.Number, actor, registered.FileCount, registered.Size, after.Sequence);
        Changed?.Invoke(model);
        return registered;
    }

    /// <inheritdoc/>
    public Task<RegisteredModel?> FindAsync(string model, TimeSpan maxAge = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return _snapshots.FindYoungerThan(model, maxAge) ?? FindNewestAsync(model, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RegisteredModel> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var (name, snapshot) in _records.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (snapshot.State.Exists)
            {
                var model = new RegisteredModel(name, snapshot.State, snapshot.Sequence, _options);
                ReportAmbiguity(model);
                yield return model;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<RegisteredModel> ChangeAsync(string model, ModelChange change, CancellationToken cancellationToken = default)
    {
        RecordText.ThrowIfNotRecordName("model", model);
        ArgumentNullException.ThrowIfNull(change);
        ModelChangeRules.Validate(change);
        if (change.Kind != ModelEventKind.Created && await _records.FindAsync(model, cancellationToken).ConfigureAwait(false) is null)
        {
            throw await MissingModel.CreateExceptionAsync(this, model, setting: "", cancellationToken).ConfigureAwait(false);
        }

        var actor = change.Actor ?? _records.DefaultActor;
        ModelEvent? recorded = null;
        var after = await AppendAsync(
            model,
            state =>
            {
                recorded = ModelDecisions.Decide(model, state, change, _options);
                RegistrationSize.ThrowIfTooLarge(recorded);
                return recorded;
            },
            actor,
            cancellationToken).ConfigureAwait(false);
        LogChange(model, recorded!, actor, after.Sequence);
        Changed?.Invoke(model);
        return new RegisteredModel(model, after.State, after.Sequence, _options);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RecordEvent> ReadHistoryAsync(string model, long after = 0, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        return _records.ReadHistoryAsync(model, after, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ModelPackage> OpenAsync(ModelVersion version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        return ModelPackage.OpenAsync(_content, version, cancellationToken);
    }

    /// <summary>Lists the names of models, including deleted ones, without reading them.</summary>
    internal IAsyncEnumerable<string> ListNamesAsync(CancellationToken cancellationToken) => _records.ListNamesAsync(cancellationToken);

    private static RegistryOptions Validate(RegistryOptions options) => new RegistryOptionsValidator().Validate(null, options) is { Failed: true } failed
        ? throw new OptionsValidationException(Options.DefaultName, typeof(RegistryOptions), failed.Failures)
        : options;

    private async Task<RegisteredModel?> FindNewestAsync(string model, CancellationToken cancellationToken)
    {
        // Take the time before the request, because the response may lack an event that another process records during the request.
        var timestamp = _timeProvider.GetTimestamp();
        if (await _records.FindAsync(model, cancellationToken).ConfigureAwait(false) is not { } snapshot)
        {
            return null;
        }

        var found = await _snapshots.Add(model, snapshot, timestamp).ConfigureAwait(false);
        ReportAmbiguity(found);
        return found;
    }

    private async Task<LogSnapshot<ModelState>> AppendAsync(
        string model, Func<ModelState, ModelEvent> decide, string actor, CancellationToken cancellationToken)
    {
        var timestamp = _timeProvider.GetTimestamp();
        var after = await _records.AppendAsync(model, decide, actor, cancellationToken).ConfigureAwait(false);
        _ = _snapshots.Add(model, after, timestamp); // a completed task
        return after;
    }

    private void ReportAmbiguity(RegisteredModel? model)
    {
        if (model is { Aliases.Count: > 1, AliasesDifferingInCase: { Count: > 0 } aliases } && _ambiguous.TryAdd(model.Name, true))
        {
            LogAmbiguous(model.Name, string.Join(", ", aliases.Select(static alias => $"'{alias}'")));
        }
    }

    private static ModelEvent ToEvent(ModelVersion version, int number) => new()
    {
        Kind = ModelEventKind.Registered,
        Version = number,
        Registered = version.With(registered => registered.Number = number),
    };

    private static ModelVersion ToVersion(
        string model, ModelRegistration registration, string actor, IReadOnlyList<ContentFile> files, Sha256Digest manifest) => new()
        {
            Model = model,
            Number = 0,
            Format = registration.Format,
            Actor = actor,
            Description = registration.Description,
            IntendedUse = registration.IntendedUse,
            Signature = registration.Signature,
            Metrics = registration.Metrics.ToDictionary(StringComparer.Ordinal),
            Parameters = registration.Parameters.ToDictionary(StringComparer.Ordinal),
            Tags = registration.Tags.ToDictionary(StringComparer.Ordinal),
            Lineage = registration.Lineage,
            Resources = registration.Resources,
            Manifest = manifest,
            FileCount = files.Count,
            ExampleCount = registration.Examples.Count,
            Size = files.Sum(static file => file.Size),
        };

    private void LogChange(string model, ModelEvent change, string actor, long sequence)
    {
        if (change.Alias is { } alias)
        {
            var target = change.Kind == ModelEventKind.AliasRemoved ? "nothing" : Name(change.Version);
            LogMoved(model, alias, Name(change.Previous), target, change.Kind, actor, sequence);
            if (change.Kind == ModelEventKind.AliasSet && !_options.Aliases.ContainsKey(alias) && NearestName.Find(alias, _options.Aliases.Keys) is { } gated)
            {
                LogUngated(model, alias, gated);
            }

            if (change.Forced)
            {
                LogForced(model, alias, change.Version!.Value, string.Join("; ", change.Gates!.Where(static gate => !gate.Passed)), actor, change.Reason!);
            }
        }
        else
        {
            var subject = change.Version is null ? "" : string.Create(CultureInfo.InvariantCulture, $", version {change.Version},");
            LogChanged(model, subject, change.Kind, actor, sequence);
        }

        static string Name(int? version) => version is null ? "nothing" : string.Create(CultureInfo.InvariantCulture, $"version {version}");
    }

    [LoggerMessage(400, LogLevel.Information,
        "Registered version {Version} of the model '{Model}' by {Actor}: {Files} files, {Size} bytes (event {Sequence}).")]
    private partial void LogRegistered(string model, int version, string actor, int files, long size, long sequence);

    [LoggerMessage(401, LogLevel.Information,
        "Alias '{Alias}' of the model '{Model}' was changed from {Previous} to {Version}: {Kind} by {Actor} (event {Sequence}).")]
    private partial void LogMoved(string model, string alias, string previous, string version, ModelEventKind kind, string actor, long sequence);

    [LoggerMessage(402, LogLevel.Warning,
        "Version {Version} of the model '{Model}' became '{Alias}', although gates failed: {Gates}. Forced by {Actor}: {Reason}")]
    private partial void LogForced(string model, string alias, int version, string gates, string actor, string reason);

    [LoggerMessage(404, LogLevel.Warning,
        "The model '{Model}' has aliases that differ only in case: {Aliases}. They have the same gates, but may point at different versions. "
        + "Remove all but one with RemoveAliasAsync.")]
    private partial void LogAmbiguous(string model, string aliases);

    [LoggerMessage(405, LogLevel.Warning,
        "Alias '{Alias}' of the model '{Model}' has no gates, but the similar alias '{Gated}' has gates. "
        + "If '{Alias}' is a typo, set '{Gated}' and remove '{Alias}'.")]
    private partial void LogUngated(string model, string alias, string gated);

    [LoggerMessage(403, LogLevel.Information, "The model '{Model}'{Subject} was changed: {Kind} by {Actor} (event {Sequence}).")]
    private partial void LogChanged(string model, string subject, ModelEventKind kind, string actor, long sequence);
}
