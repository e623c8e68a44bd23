namespace MlOps.Storage;

/// <summary>Stores artifacts: byte sequences, each with a path, attributes and an ETag.</summary>
/// <remarks>
/// <para>Thread safety: all members are thread-safe.</para>
/// <para>Atomicity: a write is atomic. A reader receives the earlier or the later version, never a part or a mixture. A write that fails, is canceled or loses
/// its process leaves no visible artifact. Conditional writes are atomic across all writers in all processes. A completed write is visible to every later
/// call in any process.</para>
/// <para>Cancellation: a canceled token throws before any work starts. A listing checks the token between entries. Streams are only read and written
/// asynchronously.</para>
/// <para>Ownership: the caller disposes the streams that it passes and the contents that it receives. The creator of the store disposes the store.</para>
/// <para>Repeated calls: deleting a missing artifact succeeds. Writing the same bytes again is a new write with a new or an equal ETag.</para>
/// <para>Every implementation passes <c>ArtifactStoreConformance</c> of <c>MlOps.Testing</c>. Overloads are extension methods, so an implementation has only
/// these six members.</para>
/// </remarks>
/// <example>
/// <code>
/// IArtifactStore store = new InMemoryArtifactStore();
/// var path = ArtifactPath.Parse("reports/2026/summary.txt");
/// await store.WriteTextAsync(path, "accuracy 0.93", new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent });
/// string text = await store.ReadTextAsync(path);
/// await foreach (ArtifactEntry entry in store.ListAsync(ArtifactPath.Parse("reports")))
/// {
///     Console.WriteLine($"{entry.Path} ({entry.Size} bytes)");
/// }
/// </code>
/// </example>
public interface IArtifactStore
{
    /// <summary>Finds an artifact without reading its content.</summary>
    /// <param name="path">The path of the artifact.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The attributes of the artifact, or <see langword="null"/> if there is no artifact at <paramref name="path"/>.</returns>
    /// <exception cref="ArtifactIntegrityException">The recorded digest is malformed.</exception>
    /// <exception cref="ArtifactAccessDeniedException">The credentials do not permit the operation.</exception>
    /// <exception cref="ProviderException">The backend failed.</exception>
    Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default);

    /// <summary>Opens an artifact for reading: the whole artifact or a byte range, always or only if it has changed.</summary>
    /// <remarks>
    /// The content belongs to one version. If the artifact is overwritten or deleted during the read, the reader receives the opened version or an
    /// <see cref="ArtifactConflictException"/>, never a mixture. A whole artifact with a known <see cref="ArtifactInfo.Sha256"/> is verified: the read that
    /// would return the last byte throws <see cref="ArtifactIntegrityException"/> if the content is wrong. A range is not verified.
    /// </remarks>
    /// <param name="path">The path of the artifact.</param>
    /// <param name="options">The byte range and the condition of the read.</param>
    /// <param name="cancellationToken">Cancels opening. Each read of the stream has its own token.</param>
    /// <returns>
    /// The content, which the caller disposes; <see langword="null"/> only if <see cref="ArtifactReadOptions.IfNoneMatch"/> is the current ETag.
    /// </returns>
    /// <exception cref="ArtifactNotFoundException">There is no artifact at <paramref name="path"/>.</exception>
    /// <exception cref="ArtifactAccessDeniedException">The credentials do not permit the operation.</exception>
    /// <exception cref="ProviderException">The backend failed.</exception>
    Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default);

    /// <summary>Writes an artifact. Replaces an existing artifact unless a condition prevents it.</summary>
    /// <remarks>
    /// The stream is read from its current position to its end. It does not have to be seekable or have a known length. A seekable stream may be read twice,
    /// first to compute its digest. Memory use is limited to the part size multiplied by the parallelism of the provider. Exceptions of
    /// <paramref name="content"/> reach the caller unchanged. If several unconditional writes compete, the last one wins. On S3 and Azure, a write of large
    /// content that is overtaken at its last step may fail with a transient <see cref="ProviderException"/>.
    /// </remarks>
    /// <param name="path">The path of the artifact.</param>
    /// <param name="content">The content, which the caller disposes.</param>
    /// <param name="options">The attributes, condition and expected digest, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the write. Nothing is stored, unless the last step of the write has started.</param>
    /// <returns>The ETag, size and digest of the written artifact.</returns>
    /// <exception cref="ArtifactExistsException">The condition is <see cref="WriteCondition.IfAbsent"/> and an artifact exists.</exception>
    /// <exception cref="ArtifactConflictException">
    /// The condition is <see cref="WriteCondition.IfMatch"/> and the artifact is missing or has another ETag.
    /// </exception>
    /// <exception cref="ArtifactIntegrityException">
    /// The content does not match <see cref="ArtifactWriteOptions.ExpectedSha256"/>. Nothing is stored.
    /// </exception>
    /// <exception cref="ArtifactAccessDeniedException">The credentials do not permit the operation.</exception>
    /// <exception cref="ProviderException">The backend failed, is full, or does not support conditional writes.</exception>
    Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes an artifact. Succeeds if there is no artifact.</summary>
    /// <param name="path">The path of the artifact.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A task that completes when the artifact is deleted.</returns>
    /// <exception cref="ArtifactAccessDeniedException">The credentials do not permit the operation.</exception>
    /// <exception cref="ProviderException">The backend failed.</exception>
    Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default);

    /// <summary>Lists artifacts in ascending order of their paths.</summary>
    /// <remarks>
    /// Pages are fetched during the enumeration. If an artifact is too damaged to be listed, <see cref="ArtifactIntegrityException"/> is thrown after all other
    /// entries. Artifacts that are written or deleted during the enumeration may be missing. All others are listed exactly once.
    /// </remarks>
    /// <param name="prefix">
    /// The folder to list, at any depth, or <see langword="null"/> for the whole store. The folder <c>a/b</c> contains <c>a/b/c</c> and <c>a/b/c/d</c>, but not
    /// <c>a/b</c> or <c>a/bc</c>.
    /// </param>
    /// <param name="startAfter">Lists only paths after this one. The path does not have to exist or to be in <paramref name="prefix"/>.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The artifacts, in the order of <see cref="ArtifactPath.CompareTo"/>.</returns>
    /// <exception cref="ArtifactAccessDeniedException">The credentials do not permit the operation.</exception>
    /// <exception cref="ProviderException">The backend failed.</exception>
    IAsyncEnumerable<ArtifactEntry> ListAsync(ArtifactPath? prefix = null, ArtifactPath? startAfter = null, CancellationToken cancellationToken = default);

    /// <summary>Gets an optional capability, such as <see cref="IDownloadLinks"/> or the native client of the SDK.</summary>
    /// <param name="serviceType">The type of the capability.</param>
    /// <returns>The capability, which the store owns, or <see langword="null"/> if it is not available. Decorators forward unknown types.</returns>
    object? GetService(Type serviceType) => serviceType.IsInstanceOfType(this) ? this : null;
}
