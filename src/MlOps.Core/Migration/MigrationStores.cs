using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Tells the two stores of a migration apart by their markers, and gives the target a marker of its own.</summary>
internal sealed class MigrationStores(IArtifactStore source, IArtifactStore target, MigrationOptions options, MigrationTally tally)
{
    private readonly StoreMarker _source = StoreMarker.Of(source);
    private readonly StoreMarker _target = StoreMarker.Of(target);

    /// <summary>Checks the stores before anything is copied.</summary>
    /// <exception cref="ArgumentException">Both are one store, or one is in a folder of the other.</exception>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await _target.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (!options.DryRun)
        {
            await _target.EnsureAsync(cancellationToken).ConfigureAwait(false);
        }

        // The source is read last: where both are one store without a marker until now, both have the target's now.
        await _source.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (_source.Id is { } id && id == _target.Id)
        {
            throw new ArgumentException(
                $"The source and the target are the same store, reached by two configurations: '{StoreMarker.Path}' has the id {id} in both. "
                + "Give the store to copy to, such as another bucket, container or folder.");
        }

        await ThrowIfNestedAsync(source, "source", _target, "target", cancellationToken).ConfigureAwait(false);
        await ThrowIfNestedAsync(target, "target", _source, "source", cancellationToken).ConfigureAwait(false);
        await ReportEmptyPrefixAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Notes in the marker of the target the kinds of record that it has now, and where a whole store was copied, its id.</summary>
    public async Task EndAsync(IEnumerable<ArtifactPath> logs, bool isComplete, CancellationToken cancellationToken)
    {
        await _target.AddKindsAsync(logs.Select(EventPath.KindOf).ToHashSet(StringComparer.Ordinal), cancellationToken).ConfigureAwait(false);
        if (isComplete && options.Prefix is null)
        {
            await _target.AddOriginAsync(_source, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A store within the listing of another one would be copied into itself, and its records would look like unknown ones there.</summary>
    private async Task ThrowIfNestedAsync(IArtifactStore outer, string outerName, StoreMarker inner, string innerName, CancellationToken cancellationToken)
    {
        if (inner.Id is not { } id)
        {
            return;
        }

        var entries = outer.ListAsync(options.Prefix, cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = entries.ConfigureAwait(false);
        while (await TryMoveNextAsync(entries).ConfigureAwait(false))
        {
            var path = entries.Current.Path;
            if (path.Name == StoreMarker.Path.Name && path != StoreMarker.Path && await StoreMarker.ReadIdAsync(outer, path, cancellationToken).ConfigureAwait(false) == id)
            {
                throw new ArgumentException(
                    $"The {innerName} is inside the {outerName}: '{path}' in the {outerName} is the marker of the {innerName}, with the id {id}. "
                    + "Use a bucket, container, prefix or folder that is not inside the other store.");
            }
        }
    }

    /// <summary>A damaged artifact ends a listing; the copying reports it.</summary>
    private static async Task<bool> TryMoveNextAsync(IAsyncEnumerator<ArtifactEntry> entries)
    {
        try
        {
            return await entries.MoveNextAsync().ConfigureAwait(false);
        }
        catch (ArtifactIntegrityException)
        {
            return false;
        }
    }

    private async Task ReportEmptyPrefixAsync(CancellationToken cancellationToken)
    {
        if (options.Prefix is not { } prefix || await AnyAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var text = prefix.ToString();
        var end = text.LastIndexOf('/');
        var (folder, name) = end < 0 ? (null, text) : (ArtifactPath.Parse(text[..end]), text[(end + 1)..]);
        var names = folder is null
            ? StoreLayout.RecordFolders.Select(static records => records.ToString())
            : await RecordFolders.ListNamesAsync(source, folder, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        tally.AddFault(
            prefix,
            $"The source has nothing below the prefix '{prefix}'. {NearestName.Suggest(name, names)}Nothing was copied. "
            + $"Set {nameof(MigrationOptions)}.{nameof(MigrationOptions.Prefix)} to a folder of the source, such as 'models/churn', or leave it out to copy everything.");
    }

    /// <summary>A damaged artifact below the prefix is one too.</summary>
    private async Task<bool> AnyAsync(ArtifactPath prefix, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ListAsync(prefix, cancellationToken: cancellationToken).AnyAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactIntegrityException)
        {
            return true;
        }
    }
}
