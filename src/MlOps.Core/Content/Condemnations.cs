using System.Runtime.CompilerServices;
using System.Text.Json;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>The notices by which a garbage collection and those who store content meanwhile come to terms: <c>gc/condemned/&lt;digest&gt;.json</c>.</summary>
/// <remarks>
/// <para>Content is deleted only by who turned its condemnation from <see cref="CondemnationState.Condemned"/> into <see cref="CondemnationState.Executing"/>, and
/// kept by who turned it into <see cref="CondemnationState.Pardoned"/>. Either is a write on condition of the ETag, so of all who try exactly one succeeds. A condemnation
/// is removed only when it is pardoned or executed. No delete needs a condition, which not every store has.</para>
/// <para>Thread-safe.</para>
/// </remarks>
internal sealed class Condemnations(IArtifactStore store, TimeProvider timeProvider)
{
    /// <summary>The shortest time between a condemnation and the deletion. Everything below stands on it, and half of it is there for clocks that differ.</summary>
    public static readonly TimeSpan MinGracePeriod = TimeSpan.FromHours(1);

    /// <summary>How long who has looked for condemnations may rely on what was not condemned then, and how long a claim to delete keeps others away.</summary>
    public static readonly TimeSpan Validity = MinGracePeriod / 2;

    /// <summary>How long after its claim a collection may still send the deletion: far less than the time after which another takes over.</summary>
    public static readonly TimeSpan ClaimPeriod = TimeSpan.FromMinutes(5);

    private const int MaxSize = 1 << 16;
    private const string Suffix = ".json";
    private static readonly ArtifactPath s_folder = ArtifactPath.Parse("gc/condemned");

    /// <summary>How long who needs content waits for its deletion to end, which usually takes two requests.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Lists what is condemned, whatever the state. Normally nothing is, and that costs one small request.</summary>
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

    /// <summary>Reads the condemnation of some content.</summary>
    /// <returns>It, or <see langword="null"/> if there is none.</returns>
    /// <exception cref="DocumentFormatException">It cannot be read, so nobody can tell whether the content stays.</exception>
    public async Task<Condemnation?> FindAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        var path = PathOf(digest);
        try
        {
            var content = await store.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
            var bytes = await StoredDocument.ReadAsync(content, MaxSize, "Delete it.", cancellationToken).ConfigureAwait(false);
            var document = StoredDocument.Parse(path, bytes, ContentJson.Default.CondemnationDocument);
            var since = document.Time > content.Info.LastModified ? document.Time : content.Info.LastModified;
            return document.Sha256 == digest
                ? new Condemnation(document, content.Info.ETag, since)
                : throw new DocumentFormatException(path, $"it is about {document.Sha256}. Delete it.");
        }
        catch (ArtifactNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Condemns content.</summary>
    /// <returns>Whether it was not condemned already.</returns>
    public async Task<bool> TryAddAsync(Sha256Digest digest, long size, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(digest, size, CondemnationState.Condemned, WriteCondition.IfAbsent, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ArtifactExistsException)
        {
            return false;
        }
    }

    /// <summary>Puts a condemnation into another state, if nobody has changed it since it was read.</summary>
    /// <exception cref="ArtifactConflictException">Somebody has.</exception>
    public Task ReplaceAsync(Condemnation condemnation, CondemnationState state, CancellationToken cancellationToken) =>
        WriteAsync(condemnation.Digest, condemnation.Document.Size, state, WriteCondition.IfMatch(condemnation.ETag), cancellationToken);

    /// <summary>Removes a condemnation that is pardoned or executed.</summary>
    public Task RemoveAsync(Sha256Digest digest, CancellationToken cancellationToken) => store.DeleteAsync(PathOf(digest), cancellationToken);

    /// <summary>Saves content from being deleted; where its deletion has begun, waits for its end.</summary>
    /// <remarks>Afterwards the content is either safe or gone.</remarks>
    /// <exception cref="ProviderException">The deletion has not ended in time: the collection hangs, or was killed.</exception>
    public async Task PardonAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        var waited = new ElapsedTime(timeProvider);
        while (true)
        {
            try
            {
                var found = await FindAsync(digest, cancellationToken).ConfigureAwait(false);
                if (found?.State == CondemnationState.Condemned)
                {
                    await ReplaceAsync(found, CondemnationState.Pardoned, cancellationToken).ConfigureAwait(false);
                }

                if (found?.State != CondemnationState.Executing)
                {
                    return;
                }
            }
            catch (ArtifactConflictException)
            {
                continue; // pardoned or claimed by another meanwhile
            }

            if (waited.Value > s_patience)
            {
                throw new ProviderException(
                    nameof(ContentStore),
                    "write",
                    isTransient: true,
                    $"The content {digest} is being deleted by a garbage collection that has not ended it within {s_patience.TotalSeconds:0} s. Nothing was recorded. "
                    + $"Try again; if the collection was killed, run another {Validity.TotalMinutes:0} minutes after it, which ends what it began.");
            }

            await Task.Delay(s_pause, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(Sha256Digest digest, long size, CondemnationState state, WriteCondition condition, CancellationToken cancellationToken)
    {
        var document = new CondemnationDocument
        {
            Format = StoredDocument.Format,
            Sha256 = digest,
            Size = size,
            State = state,
            Time = timeProvider.GetUtcNow(),
            Nonce = Guid.NewGuid(),
        };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(document, ContentJson.Default.CondemnationDocument);
        var options = new ArtifactWriteOptions { Condition = condition, ContentType = StoredDocument.ContentType, ExpectedSha256 = Sha256Digest.Of(bytes) };
        await store.WriteBytesAsync(PathOf(digest), bytes, options, cancellationToken).ConfigureAwait(false);
    }

    private static ArtifactPath PathOf(Sha256Digest digest) => s_folder.Append(digest + Suffix);
}
