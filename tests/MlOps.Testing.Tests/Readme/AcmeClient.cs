namespace MlOps.Testing.Tests.Readme;

/// <summary>A made-up vendor's SDK, as object stores are: uploads in parts, headers in ASCII, conditions at the commit, listings by page.</summary>
public sealed class AcmeClient
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, AcmeObject> _objects = new(Comparer<string>.Create(static (one, other) =>
        System.Text.Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(other))));

    private readonly Dictionary<string, SortedDictionary<int, byte[]>> _uploads = [];

    public int OpenUploads => _uploads.Count;

    /// <summary>Gets a value indicating whether the answer to every commit is lost once, upon which the SDK repeats it.</summary>
    public bool LosesAnswers { get; init; }

    public bool RefusesListings { get; init; }

    public Task<string> StartUploadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var upload = Guid.NewGuid().ToString();
        lock (_lock)
        {
            _uploads[upload] = [];
        }

        return Task.FromResult(upload);
    }

    public async Task UploadPartAsync(string upload, int number, Stream content, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await content.CopyToAsync(buffer, cancellationToken);
        lock (_lock)
        {
            _uploads[upload][number] = buffer.ToArray();
        }
    }

    public Task<string> CommitAsync(
        string upload, string name, IReadOnlyDictionary<string, string> headers, bool ifAbsent, string? ifMatch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (headers.Values.Any(static value => value.Length == 0 || value != value.Trim() || value.Any(static c => c is < ' ' or > '~')))
        {
            throw new AcmeException(400);
        }

        if (LosesAnswers)
        {
            _ = Commit(upload, name, headers, ifAbsent, ifMatch);
        }

        return Task.FromResult(Commit(upload, name, headers, ifAbsent, ifMatch));
    }

    public Task AbortUploadAsync(string upload)
    {
        lock (_lock)
        {
            _uploads.Remove(upload);
        }

        return Task.CompletedTask;
    }

    public async Task<AcmeObject> HeadAsync(string name, CancellationToken cancellationToken) =>
        await TryHeadAsync(name, cancellationToken) ?? throw new AcmeException(404);

    public Task<AcmeObject?> TryHeadAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return Task.FromResult(_objects.GetValueOrDefault(name));
        }
    }

    /// <summary>Gets some bytes of an object, if it still has its tag.</summary>
    public async Task<Stream> GetAsync(string name, string ifMatch, long offset, long length, CancellationToken cancellationToken) =>
        await TryHeadAsync(name, cancellationToken) is { } found && found.Tag == ifMatch
            ? new MemoryStream(found.Bytes, (int)offset, (int)length, writable: false)
            : throw new AcmeException(412);

    public Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return _objects.Remove(name) ? Task.CompletedTask : throw new AcmeException(404);
        }
    }

    public Task<IReadOnlyList<AcmeObject>> ListPageAsync(string prefix, string startAfter, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (RefusesListings)
        {
            throw new AcmeException(403);
        }

        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<AcmeObject>>(
                [
                    .. _objects.Values.Where(
                        found => found.Name.StartsWith(prefix, StringComparison.Ordinal) && _objects.Comparer.Compare(found.Name, startAfter) > 0).Take(1_000),
                ]);
        }
    }

    private string Commit(string upload, string name, IReadOnlyDictionary<string, string> headers, bool ifAbsent, string? ifMatch)
    {
        lock (_lock)
        {
            var current = _objects.GetValueOrDefault(name);
            if ((ifAbsent && current is not null) || (ifMatch is not null && ifMatch != current?.Tag))
            {
                throw new AcmeException(412);
            }

            byte[] bytes = [.. _uploads[upload].Values.SelectMany(static part => part)];
            _objects[name] = new AcmeObject(name, bytes, Guid.NewGuid().ToString(), TimeProvider.System.GetUtcNow(), headers);
            _uploads.Remove(upload);
            return _objects[name].Tag;
        }
    }
}

public sealed record AcmeObject(string Name, byte[] Bytes, string Tag, DateTimeOffset Written, IReadOnlyDictionary<string, string> Headers)
{
    public int Size => Bytes.Length;
}

public sealed class AcmeException(int status) : Exception($"The service answered {status}.")
{
    public int Status { get; } = status;
}
