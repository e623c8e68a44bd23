using System.Runtime.CompilerServices;
using System.Text.Json;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>The marks that settle whether a garbage collection deletes content or a concurrent writer keeps it:
/// <c>gc/condemned/&lt;digest&gt;.json</c>.</summary>
/// <remarks>
/// <para>Content is deleted only by the collection that changed its mark from <see cref="DeletionMarkState.Marked"/> to
/// <see cref="DeletionMarkState.Deleting"/>, and kept by the writer that changed it to <see cref="DeletionMarkState.Revived"/>. Either is a write on condition
/// of the ETag, so of all who try exactly one succeeds. A mark is removed only when the content is revived or deleted. No delete needs a condition, which not
/// every store has.</para>
/// <para>Thread-safe.</para>
/// </remarks>
internal sealed class DeletionMarks(IArtifactStore store, TimeProvider timeProvider)
{
    /// <summary>The shortest time between a mark and the deletion. Everything below stands on it, and half of it is there for clocks that differ.</summary>
    public static readonly TimeSpan MinGracePeriod = TimeSpan.FromHours(1);

    /// <summary>How long a writer that has looked for marks may rely on what was not marked then, and how long a claim to delete keeps others away.</summary>
    public static readonly TimeSpan Validity = MinGracePeriod / 2;

    /// <summary>How long after its claim a collection may still send the deletion: far less than the time after which another takes over.</summary>
    public static readonly TimeSpan ClaimPeriod = TimeSpan.FromMinutes(5);

    private const int MaxSize = 1 << 16;
    private const string Suffix = ".json";
    private static readonly ArtifactPath s_folder = ArtifactPath.Parse("gc/condemned");

    /// <summary>How long who needs content waits for its deletion to end, which usually takes two requests.</summary>
    private static readonly TimeSpan s_maxWait = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Lists the marked content, whatever the state. Normally nothing is marked, and that costs one small request.</summary>
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

    /// <summary>Reads the mark of some content.</summary>
    /// <returns>It, or <see langword="null"/> if there is none.</returns>
    /// <exception cref="DocumentFormatException">The mark cannot be read, so it is not known whether the content stays.</exception>
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
                : throw new DocumentFormatException(path, $"it is about {document.Sha256}. Delete it.");
        }
        catch (ArtifactNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Marks content for deletion.</summary>
    /// <returns>Whether it was not marked already.</returns>
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

    /// <summary>Changes the state of a mark, if it is unchanged since it was read.</summary>
    /// <exception cref="ArtifactConflictException">It was changed.</exception>
    public Task ReplaceAsync(DeletionMark mark, DeletionMarkState state, CancellationToken cancellationToken) =>
        WriteAsync(mark.Digest, mark.Document.Size, state, WriteCondition.IfMatch(mark.ETag), cancellationToken);

    /// <summary>Removes a mark whose content is revived or deleted.</summary>
    public Task RemoveAsync(Sha256Digest digest, CancellationToken cancellationToken) => store.DeleteAsync(PathOf(digest), cancellationToken);

    /// <summary>Saves content from being deleted; where its deletion has begun, waits for its end.</summary>
    /// <remarks>Afterwards the content is either safe or gone.</remarks>
    /// <exception cref="ProviderException">The deletion has not ended in time: the collection hangs, or was killed.</exception>
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
                continue; // revived or claimed by another process meanwhile
            }

            if (waited.Value > s_maxWait)
            {
                throw new ProviderException(
                    nameof(ContentStore),
                    "write",
                    isTransient: true,
                    $"The content {digest} is being deleted by a garbage collection that has not ended it within {s_maxWait.TotalSeconds:0} s. Nothing was recorded. "
                    + $"Try again; if the collection was killed, run another {Validity.TotalMinutes:0} minutes after it, which ends what it began.");
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
