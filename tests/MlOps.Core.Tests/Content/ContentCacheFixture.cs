using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>A store with small content, and a folder to cache it in. Each content is one repeated letter.</summary>
public abstract class ContentCacheFixture : IDisposable
{
    private protected const int Size = 100;
    private readonly TemporaryFolder _target = new();

    private protected ContentCacheFixture() => Store = new CountingStore(Artifacts);

    private protected TemporaryFolder Folder { get; } = new();

    private protected FakeTimeProvider Clock { get; } = new();

    private protected FakeLogger<ContentCache> Log { get; } = new();

    private protected InMemoryArtifactStore Artifacts { get; } = new();

    private protected CountingStore Store { get; }

    public void Dispose()
    {
        Folder.Dispose();
        _target.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static byte[] BytesOf(char letter, int size = Size) => System.Text.Encoding.ASCII.GetBytes(new string(letter, size));

    private protected async Task<Sha256Digest> AddAsync(char letter, int size = Size)
    {
        var bytes = BytesOf(letter, size);
        var digest = Sha256Digest.Of(bytes);
        await Artifacts.WriteBytesAsync(ContentStore.PathOf(digest), bytes);
        return digest;
    }

    private protected ContentStore Open(long maxSize = 1 << 30, IArtifactStore? through = null, string? folder = null)
    {
        var options = new ContentCacheOptions { Folder = folder ?? Folder.Path, MaxSize = maxSize };
        return new ContentStore(through ?? Store, Clock, new ContentCache(options, Clock, Log));
    }

    private protected static async Task<byte[]> ReadAsync(ContentStore content, Sha256Digest digest, CancellationToken cancellationToken = default)
    {
        await using var opened = await content.OpenReadAsync(digest, cancellationToken);
        var bytes = new byte[opened.Info.Size];
        await opened.Stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private protected async Task<byte[]> RestoreAsync(ContentStore content, Sha256Digest digest)
    {
        await content.RestoreAsync([new ContentFile("restored", 0, digest)], _target.Path);
        return await File.ReadAllBytesAsync(Path.Combine(_target.Path, "restored"));
    }

    private protected string FileOf(Sha256Digest digest) => Path.Combine(Folder.Path, digest.ToString()[..2], digest.ToString());

    /// <summary>Lists the cached files, without the marker of the folder.</summary>
    private protected string[] Files() =>
        [.. Directory.GetFiles(Folder.Path, "*", SearchOption.AllDirectories).Where(static file => Path.GetFileName(file) != ".mlops-content-cache")];
}
