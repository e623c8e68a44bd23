using MlOps.Storage;

namespace MlOps.Testing.Tests.Storage;

internal sealed class RefusesRangesPastTheEnd : DelegatingStore
{
    public override async Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
    {
        var found = await Inner.FindAsync(path, cancellationToken);
        return options.Range is { } range && range.Offset >= found?.Size
            ? throw new ProviderException("Broken", "read", isTransient: false, "416 Range Not Satisfiable")
            : await Inner.OpenReadAsync(path, options, cancellationToken);
    }
}

internal sealed class IgnoresIfNoneMatch : DelegatingStore
{
    public override Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default) =>
        Inner.OpenReadAsync(path, new ArtifactReadOptions { Range = options.Range }, cancellationToken);
}

/// <summary>Fetches each piece anew, whatever version is there by then.</summary>
internal sealed class MixesVersions : DelegatingStore
{
    public override async Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
    {
        var content = await Inner.OpenReadAsync(path, options, cancellationToken);
        return new ArtifactContent(content!.Info, new RefetchingStream(Inner, content.Info));
    }

    private sealed class RefetchingStream(IArtifactStore store, ArtifactInfo info) : MemoryStream
    {
        private int _position;

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            var rest = new byte[info.Size - _position];
            await ReadExactlyAsync(rest, cancellationToken);
            await destination.WriteAsync(rest, cancellationToken);
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var bytes = await store.ReadBytesAsync(info.Path, cancellationToken: cancellationToken);
            var count = Math.Min(buffer.Length, bytes.Length - _position);
            bytes.AsMemory(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }
    }
}

/// <summary>Reads on where its caller has cancelled.</summary>
internal sealed class ReadsOnWhenCancelled : DelegatingStore
{
    public override async Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
    {
        var content = await Inner.OpenReadAsync(path, options, cancellationToken);
        return new ArtifactContent(content!.Info, new DeafStream(content.Stream));
    }

    private sealed class DeafStream(Stream inner) : MemoryStream
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            inner.CopyToAsync(destination, bufferSize, CancellationToken.None);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, CancellationToken.None);
    }
}

internal sealed class DeliversWhatItCannotVerify : DelegatingStore
{
    public override async Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) =>
        await Inner.FindAsync(path, cancellationToken) is not { } info ? null : new ArtifactInfo
        {
            Path = info.Path,
            Size = info.Size,
            ETag = info.ETag,
            LastModified = info.LastModified,
            ContentType = info.ContentType,
            Metadata = info.Metadata,
        };
}

internal sealed class ComparesPathsWithoutCase : DelegatingStore
{
    public override Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        Inner.WriteAsync(Fold(path), content, options, cancellationToken);

    public override Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default) =>
        Inner.OpenReadAsync(Fold(path), options, cancellationToken);

    private static ArtifactPath Fold(ArtifactPath path) => ArtifactPath.Parse(path.ToString().ToUpperInvariant());
}

internal sealed class UnescapesPaths : DelegatingStore
{
    public override Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        Inner.WriteAsync(Unescape(path), content, options, cancellationToken);

    public override Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default) =>
        Inner.OpenReadAsync(Unescape(path), options, cancellationToken);

    private static ArtifactPath Unescape(ArtifactPath path) => ArtifactPath.Parse(Uri.UnescapeDataString(path.ToString()));
}

internal sealed class ThrowsOnDeleteOfWhatIsAbsent : DelegatingStore
{
    public override async Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        if (await Inner.FindAsync(path, cancellationToken) is null)
        {
            throw new ArtifactNotFoundException(path);
        }

        await Inner.DeleteAsync(path, cancellationToken);
    }
}

internal sealed class DeletesFolders : DelegatingStore
{
    public override async Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        await Inner.DeleteAsync(path, cancellationToken);
        await foreach (var entry in Inner.ListAsync(path, cancellationToken: cancellationToken))
        {
            await Inner.DeleteAsync(entry.Path, cancellationToken);
        }
    }
}

internal sealed class OffersItselfAsEveryService : DelegatingStore
{
    public override object? GetService(Type serviceType) => this;
}

internal sealed class BuffersWhatItReads : DiskStore
{
    public override async Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
    {
        await using var content = await Inner.OpenReadAsync(path, options, cancellationToken);
        var whole = new MemoryStream();
        await content!.Stream.CopyToAsync(whole, cancellationToken);
        whole.Position = 0;
        return new ArtifactContent(content.Info, whole);
    }
}
