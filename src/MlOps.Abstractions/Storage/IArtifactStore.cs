namespace MlOps.Storage;

/// <summary>Keeps artifacts: immutable-looking sequences of bytes, each with a path, attributes and an ETag.</summary>
/// <remarks>
/// <para>Thread safety: every member may be called from any thread at any time.</para>
/// <para>Atomicity: a write is all or nothing. A reader sees the earlier artifact or the later one, never a part or a mixture, and a write
/// that fails, is cancelled or loses its process leaves nothing that any member shows. Conditional writes decide atomically among all
/// writers in all processes. What <see cref="WriteAsync"/> has acknowledged, every later call from anywhere sees.</para>
/// <para>Cancellation: a token already cancelled throws before anything is done; a listing looks at it between entries. Streams are read and written
/// asynchronously only.</para>
/// <para>Ownership: the caller disposes the streams it passes in and the contents it receives; whoever constructed the store disposes it.</para>
/// <para>Repeats: deleting what is absent succeeds; writing the same bytes again is a new write with a new or an equal ETag.</para>
/// <para>Every implementation passes <c>ArtifactStoreConformance</c> of <c>MlOps.Testing</c>. Overloads and conveniences are extension methods,
/// so that an implementation has these six members and no more.</para>
/// </remarks>
public interface IArtifactStore
{
    /// <summary>Looks an artifact up without reading its content.</summary>
    /// <param name="path">Where the artifact is.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The artifact's attributes, or <see langword="null"/> if there is none at <paramref name="path"/>.</returns>
    /// <exception cref="ArtifactIntegrityException">The recorded digest cannot be read.</exception>
    /// <exception cref="ArtifactAccessDeniedException">The credentials do not allow it.</exception>
    /// <exception cref="ProviderException">The backend failed.</exception>
    Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default);

    /// <summary>Opens an artifact for reading, whole or in part, or only if it has changed.</summary>
    /// <remarks>
    /// The content belongs to one version of the artifact: if it is overwritten or deleted while it is read, the reader gets the version it opened or an
    /// <see cref="ArtifactConflictException"/>, never a mixture. A whole artifact whose <see cref="ArtifactInfo.Sha256"/> is known is verified while
    /// it is read: the read that would deliver the last byte throws <see cref="ArtifactIntegrityException"/> instead if the bytes are wrong.
    /// A range is not verified.
    /// </remarks>
    /// <param name="path">Where the artifact is.</param>
    /// <param name="options">What to read, and when.</param>
    /// <param name="cancellationToken">Cancels opening; each read of the stream takes its own token.</param>
    /// <returns>The content, which the caller disposes; <see langword="null"/> only if <see cref="ArtifactReadOptions.IfNoneMatch"/> is the artifact's current ETag.</returns>
    /// <exception cref="ArtifactNotFoundException">There is no artifact at <paramref name="path"/>.</exception>
    /// <exception cref="ArtifactAccessDeniedException">The credentials do not allow it.</exception>
    /// <exception cref="ProviderException">The backend failed.</exception>
    Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default);

    /// <summary>Writes an artifact, replacing an earlier one unless a condition forbids it.</summary>
    /// <remarks>
    /// The stream is read from its current position to its end; it need be neither seekable nor of known length (one that can seek may be read twice, the first time for its digest). Memory stays bounded by the
    /// provider's part size times its parallelism, whatever the length. An exception thrown by <paramref name="content"/> reaches the caller as it is.
    /// Of writers without a condition the last one stays; on S3 and Azure one of large content that is overtaken while it is completed may fail with a transient <see cref="ProviderException"/>.
    /// </remarks>
    /// <param name="path">Where the artifact is to be.</param>
    /// <param name="content">The bytes; the caller disposes it.</param>
    /// <param name="options">Attributes, condition and expected digest; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the write, which then leaves nothing behind; while the very last step is under way, the whole artifact or nothing.</param>
    /// <returns>What was written: its ETag, size and digest.</returns>
    /// <exception cref="ArtifactExistsException">The condition was <see cref="WriteCondition.IfAbsent"/> and there is an artifact.</exception>
    /// <exception cref="ArtifactConflictException">The condition was <see cref="WriteCondition.IfMatch"/> and the artifact is absent or has another ETag.</exception>
    /// <exception cref="ArtifactIntegrityException">The bytes are not those of <see cref="ArtifactWriteOptions.ExpectedSha256"/>; nothing was stored.</exception>
    /// <exception cref="ArtifactAccessDeniedException">The credentials do not allow it.</exception>
    /// <exception cref="ProviderException">The backend failed, is full, or cannot do conditional writes.</exception>
    Task<ArtifactWriteResult> WriteAsync(ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes an artifact, if there is one.</summary>
    /// <param name="path">Where the artifact is.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArtifactAccessDeniedException">The credentials do not allow it.</exception>
    /// <exception cref="ProviderException">The backend failed.</exception>
    Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default);

    /// <summary>Lists artifacts in ascending order of their paths.</summary>
    /// <remarks>
    /// Pages are fetched as the enumeration proceeds. An artifact that is damaged so that it cannot be listed is reported by an
    /// <see cref="ArtifactIntegrityException"/> after all others. Artifacts written or deleted meanwhile may or may not be seen; all others are seen exactly once.
    /// </remarks>
    /// <param name="prefix">The folder to list, at any depth: <c>a/b</c> lists <c>a/b/c</c> and <c>a/b/c/d</c>, neither <c>a/b</c> itself nor <c>a/bc</c>. <see langword="null"/> lists everything.</param>
    /// <param name="startAfter">Only paths after this one are listed; it need neither exist nor be under <paramref name="prefix"/>.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The artifacts, ordered as <see cref="ArtifactPath.CompareTo"/> orders.</returns>
    /// <exception cref="ArtifactAccessDeniedException">The credentials do not allow it.</exception>
    /// <exception cref="ProviderException">The backend failed.</exception>
    IAsyncEnumerable<ArtifactEntry> ListAsync(ArtifactPath? prefix = null, ArtifactPath? startAfter = null, CancellationToken cancellationToken = default);

    /// <summary>Asks for a capability beyond this contract, such as <see cref="IDownloadLinks"/> or the SDK's native client.</summary>
    /// <param name="serviceType">The capability's type.</param>
    /// <returns>The capability, owned by the store, or <see langword="null"/> if it has none. Decorators forward what they do not know.</returns>
    object? GetService(Type serviceType) => serviceType.IsInstanceOfType(this) ? this : null;
}
