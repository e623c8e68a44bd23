using Microsoft.Extensions.Logging;
using MlOps.Documents;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Provides versions of a served model from the registry, by alias or number.</summary>
internal sealed class RegistryVersionSource(string name, ServedModelOptions options, ServingRuntime runtime, VersionFolders folders, ILogger logger)
    : IVersionSource
{
    private readonly VersionLookup _lookup = new(name, options, runtime.Registry);
    private readonly IModelRegistry _registry = runtime.Registry;
    private readonly StoreMarker _marker = runtime.Marker;
    private readonly LastServedFile _lastServed = new(folders.Folder, logger);
    private bool _isStoreKnown;
    private Action? _changed;

    /// <summary>Gets the model and the alias or number in the settings. A recorded version is used only if it was recorded with the same text.</summary>
    private string ServedAs => $"{_lookup.Model}@{_lookup.VersionOrAlias}";

    public async Task<ModelVersion?> FindAsync(UpdateReason reason, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        await ThrowIfOtherStoreAsync(reason, cancellationToken).ConfigureAwait(false);
        return await _lookup.FindAsync(reason == UpdateReason.Poll, maxAge, cancellationToken).ConfigureAwait(false);
    }

    public async Task<LocalVersion> FetchAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        var package = await _registry.OpenAsync(version, cancellationToken).ConfigureAwait(false);
        return await folders.FetchAsync(
            version,
            package.Files,
            package.Examples,
            (files, token) => package.RestoreAsync(files, progress: null, token),
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<LocalVersion?> FindLastServedAsync(CancellationToken cancellationToken) =>
        await _lastServed.ReadAsync(cancellationToken).ConfigureAwait(false) is { } last && last.ServedAs == ServedAs
            ? await folders.FindAsync(last.Version, cancellationToken).ConfigureAwait(false)
            : null;

    public async Task RecordServedAsync(LoadedVersion served, LoadedVersion? before, bool isFromCache)
    {
        var version = VersionFolders.NameOf(served.Local.Metadata);
        var last = await _lastServed.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        var previous = before is not null ? VersionFolders.NameOf(before.Local.Metadata) : last?.Version != version ? last?.Version : last.Previous;
        var store = isFromCache ? null : _marker.Id;
        if (await _lastServed.TryWriteAsync(new(version, ServedAs, previous ?? "", store ?? last?.Store), served.Local.Number).ConfigureAwait(false))
        {
            folders.DeleteOld(served, version, previous);
        }
    }

    public void Watch(Action changed)
    {
        _changed = changed;
        if (_registry is ModelRegistry registry)
        {
            registry.Changed += ReportChange;
        }
    }

    public void Dispose()
    {
        if (_changed is not null && _registry is ModelRegistry registry)
        {
            registry.Changed -= ReportChange;
        }
    }

    private void ReportChange(string model)
    {
        if (model == _lookup.Model)
        {
            _changed!();
        }
    }

    /// <summary>Checks that the local files came from this store. An explicit reload also confirms that the store has not been replaced.</summary>
    private async Task ThrowIfOtherStoreAsync(UpdateReason reason, CancellationToken cancellationToken)
    {
        if (reason == UpdateReason.Request && _marker.Id is not null)
        {
            await _marker.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!_isStoreKnown && (await _lastServed.ReadAsync(cancellationToken).ConfigureAwait(false))?.Store is { } id)
        {
            await _marker.ThrowIfNotAsync(id, folders.Folder, cancellationToken).ConfigureAwait(false);
        }

        _isStoreKnown = true;
    }
}
