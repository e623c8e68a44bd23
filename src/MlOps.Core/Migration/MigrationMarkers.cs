using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Checks the two stores of a migration with their markers, and maintains the marker of the target.</summary>
internal sealed class MigrationMarkers(IArtifactStore source, IArtifactStore target, MigrationOptions options, MigrationReportBuilder report)
{
    private readonly StoreMarker _source = StoreMarker.Of(source);
    private readonly StoreMarker _target = StoreMarker.Of(target);

    /// <summary>Checks the stores before anything is copied, and creates the marker of the target if it has none.</summary>
    /// <returns><see langword="false"/> if the source contains nothing to copy. In this case, a fault was added and nothing was
    /// written.</returns>
    /// <exception cref="ArgumentException">The source and the target are the same store, or one contains the other. A marker that was created by
    /// this check is deleted again.</exception>
    public async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        await _target.ReadAsync(cancellationToken).ConfigureAwait(false);
        await _source.ReadAsync(cancellationToken).ConfigureAwait(false);
        ThrowIfSame();
        await ThrowIfNestedAsync(source, "source", _target, "target", cancellationToken).ConfigureAwait(false);
        await ThrowIfNestedAsync(target, "target", _source, "source", cancellationToken).ConfigureAwait(false);
        if (await ReportEmptyAsync(cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        if (!options.DryRun && await _target.EnsureAsync(cancellationToken).ConfigureAwait(false))
        {
            await CheckCreatedAsync(cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Adds the kinds of the copied records to the marker of the target and, if a whole store was copied, the id of the
    /// source.</summary>
    public async Task EndAsync(IEnumerable<ArtifactPath> logs, bool isComplete, CancellationToken cancellationToken)
    {
        await _target.AddKindsAsync(logs.Select(EventPath.KindOf).ToHashSet(StringComparer.Ordinal), cancellationToken).ConfigureAwait(false);
        if (isComplete && options.Prefix is null)
        {
            await _target.AddOriginAsync(_source, cancellationToken).ConfigureAwait(false);
        }
    }

    private void ThrowIfSame()
    {
        if (_source.Id is { } id && id == _target.Id)
        {
            throw new ArgumentException(
                $"The source and the target are the same store with two configurations: '{StoreMarker.Path}' has the id {id} in both. "
                + "Set the target to another bucket, container or folder.");
        }
    }

    /// <summary>Checks the conditions that require the new marker of the target: both are the same store without a marker, or the target is
    /// inside the source.</summary>
    private async Task CheckCreatedAsync(CancellationToken cancellationToken)
    {
        var hadMarker = _source.Id is not null;
        try
        {
            if (!hadMarker)
            {
                await _source.ReadAsync(cancellationToken).ConfigureAwait(false);
                ThrowIfSame();
            }

            await ThrowIfNestedAsync(source, "source", _target, "target", cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException)
        {
            if (!hadMarker)
            {
                _source.Forget();
            }

            await _target.WithdrawAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Throws if a store is inside another one. It would be copied into itself, and its records would be unknown in the other
    /// store.</summary>
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
            if (path.Name == StoreMarker.Path.Name
                && path != StoreMarker.Path
                && await StoreMarker.ReadIdAsync(outer, path, cancellationToken).ConfigureAwait(false) == id)
            {
                throw new ArgumentException(
                    $"The {innerName} is inside the {outerName}: '{path}' in the {outerName} is the marker of the {innerName}, with the id {id}. "
                    + "Use a bucket, container, prefix or folder that is not inside the other store.");
            }
        }
    }

    /// <summary>Moves to the next artifact. A damaged artifact ends the listing; copying reports it.</summary>
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

    /// <returns><see langword="true"/> if the source contains nothing to copy.</returns>
    private async Task<bool> ReportEmptyAsync(CancellationToken cancellationToken)
    {
        if (await AnyAsync(cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        if (options.Prefix is { } prefix)
        {
            await ReportEmptyPrefixAsync(prefix, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            report.AddFault(
                StoreMarker.Path,
                (_source.Id is { } id
                    ? $"The source with the id {id} contains no records, content or other artifacts. "
                    : "The source is empty or does not exist. ")
                + "Nothing was copied. Mount the source, or correct its settings, such as the folder, bucket, container or prefix.");
        }

        return true;
    }

    private async Task ReportEmptyPrefixAsync(ArtifactPath prefix, CancellationToken cancellationToken)
    {
        var text = prefix.ToString();
        var end = text.LastIndexOf('/');
        var (folder, name) = end < 0 ? (null, text) : (ArtifactPath.Parse(text[..end]), text[(end + 1)..]);
        var names = folder is null
            ? StoreLayout.RecordFolders.Select(static records => records.ToString())
            : await RecordFolders.ListNamesAsync(source, folder, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        report.AddFault(
            prefix,
            $"The source contains nothing below the prefix '{prefix}'. {NearestName.Suggest(name, names)}Nothing was copied. "
            + $"Set {nameof(MigrationOptions)}.{nameof(MigrationOptions.Prefix)} to a folder of the source, such as 'models/churn', "
            + "or remove it to copy the whole store.");
    }

    /// <summary>Determines whether there is anything to copy. A damaged artifact counts.</summary>
    private async Task<bool> AnyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await source.ListAsync(options.Prefix, cancellationToken: cancellationToken)
                .AnyAsync(static entry => !StoreLayout.IsLocal(entry.Path), cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactIntegrityException)
        {
            return true;
        }
    }
}
