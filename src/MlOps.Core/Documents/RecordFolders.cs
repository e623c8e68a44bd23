using System.Runtime.CompilerServices;
using MlOps.Storage;

namespace MlOps.Documents;

/// <summary>Finds the records of a kind, each of which is a folder with a log.</summary>
internal static class RecordFolders
{
    /// <summary>Comes after everything that a record has in its folder.</summary>
    private const string AfterRecord = "zzz";

    /// <summary>Lists the names of the folders directly below a folder, one request for each, however many artifacts they hold.</summary>
    /// <param name="store">The store.</param>
    /// <param name="folder">The folder, such as <c>models</c>.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <returns>The names, in the order of the artifacts in them.</returns>
    /// <exception cref="ProviderException">There is none, because the store is not mounted or is another store.</exception>
    public static async IAsyncEnumerable<string> ListNamesAsync(
        IArtifactStore store, ArtifactPath folder, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? last = null;
        var isEmpty = true;
        ArtifactPath? after = null;
        while (await FindNextAsync(store, folder, after, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            isEmpty = false;
            after = entry;
            if (entry.ToString()[(folder.ToString().Length + 1)..].Split('/') is not [var name, _, ..] || !RecordText.IsRecordName(name))
            {
                continue; // somebody else's
            }

            var end = folder.Append($"{name}/{AfterRecord}");
            after = end > entry ? end : entry;
            if (name != last)
            {
                last = name;
                yield return name;
            }
        }

        if (isEmpty)
        {
            await StoreMarker.Of(store).ConfirmAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ArtifactPath?> FindNextAsync(IArtifactStore store, ArtifactPath folder, ArtifactPath? after, CancellationToken cancellationToken)
    {
        await foreach (var entry in store.ListAsync(folder, after, cancellationToken).ConfigureAwait(false))
        {
            return entry.Path;
        }

        return null;
    }
}
