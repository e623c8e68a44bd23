using System.Runtime.CompilerServices;
using System.Text.Json;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Manages the deletion marks <c>gc/condemned/&lt;digest&gt;.json</c>, which decide between a garbage collection that deletes content
/// and a concurrent writer that keeps it.</summary>
/// <remarks>
/// <para>Content is deleted only by the collection that changed its mark from <see cref="DeletionMarkState.Marked"/> to
/// <see cref="DeletionMarkState.Deleting"/>. It is kept by the writer that changed the mark to <see cref="DeletionMarkState.Revived"/>. Both
/// changes are conditional on the ETag, so exactly one of several concurrent changes succeeds. A mark is removed only after its content is
/// revived or deleted. No delete needs a condition, which some stores do not support.</para>
/// <para>Thread-safe.</para>
/// </remarks>
internal sealed class DeletionMarks(IArtifactStore store, TimeProvider timeProvider)
{
    /// <summary>The minimum time between marking and deletion. The other periods derive from it; half of it allows for differences between
    /// clocks.</summary>
    public static readonly TimeSpan MinGracePeriod = TimeSpan.FromHours(1);

    /// <summary>The time for which a writer may rely on content without a mark after it read the marks, and for which a claim to delete excludes
    /// other collections.</summary>
    public static readonly TimeSpan Validity = MinGracePeriod / 2;

    /// <summary>The time after its claim within which a collection may delete the content. It is much shorter than the time after which another
    /// collection takes over.</summary>
    public static readonly TimeSpan ClaimPeriod = TimeSpan.FromMinutes(5);

    private const int MaxSize = 1 << 16;
    private const string Suffix = ".json";
    private static readonly ArtifactPath s_folder = ArtifactPath.Parse("gc/condemned");

    /// <summary>The maximum time that a writer waits for a deletion to end. A deletion usually takes two requests.</summary>
    private static readonly TimeSpan s_maxWait = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Lists the content that has a mark, in any state. Usually there is none, and the listing costs one small request.</summary>
    public async IAsyncEnumerable<Sha256Digest> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in store.ListAsync(s_folder, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (entry.Path.Name.EndsWith(Suffix, StringComparison.Ordinal)
                && Sha256Digest.TryParse(entry.Path.Name[..^Suffix.Length], out var digest)
                && entry.Path == PathOf(digest))
            {
                yield return digest;
            }
        }
    }

    /// <summary>Reads the mark of content.</summary>
    /// <returns>The mark, or <see langword="null"/> if there is none.</returns>
    /// <exception cref="DocumentFormatException">The mark cannot be read.</exception>
    public async Task<DeletionMark?> FindAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        var path = PathOf(digest);
        try
        {
            var content = await store.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
            var bytes = await StoredDocument.ReadAsync(content, MaxSize, "Delete it.", cancellationToken).ConfigureAwait(false);
            var document = StoredDocument.Parse(path, bytes, ContentJson.Default.DeletionMarkDocument);
            var since = document.Time > content.Info.LastModified ? document.Time : content.Info.LastModified;
            return document.Sha256 == digest
                ? new DeletionMark(document, content.Info.ETag, since)
                : throw new DocumentFormatException(path, $"it contains the digest {document.Sha256}, which does not match its path. Delete it.");
        }
        catch (ArtifactNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Marks content for deletion.</summary>
    /// <returns><see langword="true"/> if the content was marked; <see langword="false"/> if it had a mark already.</returns>
    public async Task<bool> TryAddAsync(Sha256Digest digest, long size, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(digest, size, DeletionMarkState.Marked, WriteCondition.IfAbsent, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ArtifactExistsException)
        {
            return false;
        }
    }

    /// <summary>Changes the state of a mark if the mark has not changed since it was read.</summary>
    /// <exception cref="ArtifactConflictException">The mark has changed.</exception>
    public Task ReplaceAsync(DeletionMark mark, DeletionMarkState state, CancellationToken cancellationToken) =>
        WriteAsync(mark.Digest, mark.Document.Size, state, WriteCondition.IfMatch(mark.ETag), cancellationToken);

    /// <summary>Removes the mark of content that is revived or deleted.</summary>
    public Task RemoveAsync(Sha256Digest digest, CancellationToken cancellationToken) => store.DeleteAsync(PathOf(digest), cancellationToken);

    /// <summary>Revives content that is marked. If the content is being deleted, waits for the end of the deletion.</summary>
    /// <remarks>Afterwards, the content either is protected or no longer exists.</remarks>
    /// <exception cref="ProviderException">The deletion did not end in time. The collection may have been terminated.</exception>
    public async Task ReviveAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        var waited = new ElapsedTime(timeProvider);
        while (true)
        {
            try
            {
                var found = await FindAsync(digest, cancellationToken).ConfigureAwait(false);
                if (found?.State == DeletionMarkState.Marked)
                {
                    await ReplaceAsync(found, DeletionMarkState.Revived, cancellationToken).ConfigureAwait(false);
                }

                if (found?.State != DeletionMarkState.Deleting)
                {
                    return;
                }
            }
            catch (ArtifactConflictException)
            {
                continue; // another process revived or claimed it
            }

            if (waited.Value > s_maxWait)
            {
                throw new ProviderException(
                    nameof(ContentStore),
                    "write",
                    isTransient: true,
                    $"The content {digest} is being deleted by a garbage collection that did not end within {s_maxWait.TotalSeconds:0} s. "
                    + $"Nothing was recorded. Try again. If the collection was terminated, run another {Validity.TotalMinutes:0} minutes after it, "
                    + "which completes the deletion.");
            }

            await Task.Delay(s_pollInterval, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(Sha256Digest digest, long size, DeletionMarkState state, WriteCondition condition, CancellationToken cancellationToken)
    {
        var document = new DeletionMarkDocument
        {
            Format = StoredDocument.Format,
            Sha256 = digest,
            Size = size,
            State = state,
            Time = timeProvider.GetUtcNow(),
            Nonce = Guid.NewGuid(),
        };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(document, ContentJson.Default.DeletionMarkDocument);
        var options = new ArtifactWriteOptions { Condition = condition, ContentType = StoredDocument.ContentType, ExpectedSha256 = Sha256Digest.Of(bytes) };
        await store.WriteBytesAsync(PathOf(digest), bytes, options, cancellationToken).ConfigureAwait(false);
    }

    private static ArtifactPath PathOf(Sha256Digest digest) => s_folder.Append(digest + Suffix);
}
