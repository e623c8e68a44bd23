namespace MlOps.Metrics;

/// <summary>A file that grows by whole batches: one that could not be written to its end is cut off again.</summary>
internal sealed class JsonLinesFile : IAsyncDisposable
{
    private readonly FileStream _stream;

    private JsonLinesFile(FileStream stream, DateTimeOffset created)
    {
        _stream = stream;
        Created = created;
    }

    public DateTimeOffset Created { get; }

    /// <summary>Gets the number of bytes of all batches that were written.</summary>
    public long Length { get; private set; }

    /// <summary>Begins a file that no other process writes to. While it is open nobody deletes it who asks, as this sink does.</summary>
    public static JsonLinesFile Create(string path, DateTimeOffset now) =>
        new(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous), now);

    /// <summary>Writes a batch, whole or, as far as any reader goes, not at all.</summary>
    public async Task AppendAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        CutOff();
        try
        {
            await _stream.WriteAsync(lines, cancellationToken).ConfigureAwait(false);
            Length += lines.Length;
        }
        catch
        {
            CutOff();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    /// <summary>Cuts off what a failed write left. If that fails as well, the next write begins with it.</summary>
    private void CutOff()
    {
        if (_stream.Length != Length)
        {
            _stream.SetLength(Length);
        }

        _stream.Position = Length;
    }
}
