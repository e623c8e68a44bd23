namespace MlOps.Storage;

/// <summary>An artifact opened for reading: its attributes, and its bytes as a stream.</summary>
/// <remarks>For one reader at a time. Dispose it as soon as the stream is no longer needed: it holds a file or a connection.</remarks>
/// <param name="info">The attributes of the version that is read; <see cref="ArtifactEntry.Size"/> is that of the whole artifact also when a range is read.</param>
/// <param name="stream">The bytes asked for, forward only; its <see cref="System.IO.Stream.Position"/> counts those delivered. Disposed with this object.</param>
public sealed class ArtifactContent(ArtifactInfo info, Stream stream) : IAsyncDisposable
{
    /// <summary>Gets the attributes of the version that is read; the size is that of the whole artifact also when a range is read.</summary>
    public ArtifactInfo Info { get; } = info;

    /// <summary>Gets the bytes asked for, forward only; its <see cref="System.IO.Stream.Position"/> counts those delivered.</summary>
    public Stream Stream { get; } = stream;

    /// <summary>Closes the stream and releases the file or connection behind it.</summary>
    /// <returns>A task that ends when they are released.</returns>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
