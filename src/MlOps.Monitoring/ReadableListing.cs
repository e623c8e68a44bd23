using System.Runtime.CompilerServices;
using MlOps.Storage;

namespace MlOps.Monitoring;

/// <summary>Lists artifacts of which some may be damaged.</summary>
internal static class ReadableListing
{
    /// <summary>Lists artifacts, and reports damaged ones instead of failing.</summary>
    /// <param name="store">The store.</param>
    /// <param name="prefix">The folder.</param>
    /// <param name="startAfter">The path that precedes the first artifact; <see langword="null"/> for all of the folder.</param>
    /// <param name="report">Receives the exception about an artifact that is too damaged to be listed.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The artifacts that can be listed.</returns>
    public static async IAsyncEnumerable<ArtifactEntry> ListReadableAsync(
        this IArtifactStore store,
        ArtifactPath prefix,
        ArtifactPath? startAfter,
        Action<ArtifactIntegrityException> report,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var entries = store.ListAsync(prefix, startAfter, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = entries.ConfigureAwait(false);
        while (await MoveNextAsync(entries, report).ConfigureAwait(false))
        {
            yield return entries.Current;
        }
    }

    /// <summary>Creates the text about an artifact that is too damaged to be listed.</summary>
    public static string Describe(ArtifactIntegrityException exception) =>
        $"A file is too damaged to be listed, and was skipped. The store reports: {exception.Message}";

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<ArtifactEntry> entries, Action<ArtifactIntegrityException> report)
    {
        try
        {
            return await entries.MoveNextAsync().ConfigureAwait(false);
        }
        catch (ArtifactIntegrityException exception)
        {
            // A listing throws it after all other entries.
            report(exception);
            return false;
        }
    }
}
