using System.Runtime.CompilerServices;
using MlOps.Storage;

namespace MlOps.Documents;

/// <summary>Lists the records of a kind. Each record is a folder with a log.</summary>
internal static class RecordFolders
{
    /// <summary>A name that sorts after all names in the folder of a record.</summary>
    private const string AfterRecord = "zzz";

    /// <summary>Lists the names of the folders directly below a folder. Each folder costs one request, regardless of the number of artifacts in
    /// it.</summary>
    /// <param name="store">The store.</param>
    /// <param name="folder">The folder, such as <c>models</c>.</param>
    /// <param name="cancellationToken">A token that cancels the listing.</param>
    /// <returns>The names, in the order of the artifacts in the folders.</returns>
    /// <exception cref="ProviderException">There is no folder because the store is not mounted, or another store is mounted.</exception>
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
                continue; // not a record of this library
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
