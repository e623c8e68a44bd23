using System.Buffers.Binary;
using MlOps.Storage;

namespace MlOps.Testing;

/// <summary>Tests the contract of <see cref="IArtifactStore"/>. A provider derives a sealed fixture and passes all tests.</summary>
/// <remarks>
/// <see cref="CreateStoreAsync"/> creates a separate store for each test. Override the virtual members to declare the limits of a provider; the affected tests
/// are reported as ignored, with the reason. The tests of a fixture run sequentially, so do not mark the tests of a fixture as parallelizable.
/// </remarks>
public abstract partial class ArtifactStoreConformance
{
    private const int Writers = 16;

    /// <summary>Gets the store of the current test.</summary>
    protected IArtifactStore Store { get; private set; } = null!;

    /// <summary>Gets the size, in bytes, of content that the provider transfers in several parts.</summary>
    /// <value>The default is a little over 20 MiB.</value>
    protected virtual int LargeSize => (20 << 20) + 12_345;

    /// <summary>Gets the number of artifacts for the test of long listings.</summary>
    /// <value>
    /// The default is 2,050, which is more than two pages of most services, and 10,050 in full soak tests. Override it with more than one page for services
    /// with larger pages, and with a few hundred for a <see cref="FaultFixtureAttribute">fault fixture</see>.
    /// </value>
    protected virtual int ManyArtifacts => Soak.Count(reduced: 2_050, full: 10_050);

    /// <summary>Gets the memory limit of a transfer, in bytes. The test transfers 25 % more than this value.</summary>
    /// <value>
    /// The default is 64 MiB. <see langword="null"/> ignores the test, for stores in memory and for stores that another fixture measures.
    /// </value>
    protected virtual int? MaxMemory => 64 << 20;

    /// <summary>Gets the timeout of operations that should complete quickly.</summary>
    /// <value>The default is 30 seconds, which is sufficient for a busy machine.</value>
    protected virtual TimeSpan OperationTimeout => TimeSpan.FromSeconds(30);

    /// <summary>Gets a value indicating whether the store records <see cref="ArtifactInfo.Sha256"/> for large content from a stream that cannot seek.</summary>
    /// <value>The default is <see langword="true"/>. S3 fixes the metadata when a multipart upload starts.</value>
    protected virtual bool RecordsDigestOfLargeUnseekableContent => true;

    /// <summary>Gets a value indicating whether listings sort characters above U+FFFF after all others, in the order of their UTF-8 bytes.</summary>
    /// <value>The default is <see langword="true"/>. A service that sorts by UTF-16 returns them before U+E000.</value>
    protected virtual bool OrdersSupplementaryCharacters => true;

    /// <summary>Creates an empty store that no other test uses.</summary>
    /// <returns>The store. The fixture disposes it after the test.</returns>
    protected abstract Task<IArtifactStore> CreateStoreAsync();

    /// <summary>Opens the data of a store a second time, like another process: with separate clients and caches.</summary>
    /// <param name="store">The store that <see cref="CreateStoreAsync"/> created.</param>
    /// <returns>
    /// The second store, which the fixture disposes. The default is <paramref name="store"/>, for data that only one instance can access. The tests of two
    /// instances are then reported as ignored.
    /// </returns>
    protected virtual Task<IArtifactStore> OpenAgainAsync(IArtifactStore store) => Task.FromResult(store);

    /// <summary>Flips a bit of stored content without the store, and keeps the recorded digest.</summary>
    /// <param name="store">The store that <see cref="CreateStoreAsync"/> created.</param>
    /// <param name="path">The path of the artifact.</param>
    /// <returns><see langword="false"/>, the default, if the data of the provider is not accessible from outside.</returns>
    protected virtual Task<bool> CorruptAsync(IArtifactStore store, ArtifactPath path) => Task.FromResult(false);

    [SetUp]
    public async Task CreateStore() => Store = await CreateStoreAsync();

    [TearDown]
    public ValueTask DisposeStore() => DisposeAsync(Store);

    private static async ValueTask DisposeAsync(IArtifactStore? store)
    {
        if (store is IAsyncDisposable asyncDisposable)
        {
            await asyncDisposable.DisposeAsync();
        }
        else if (store is IDisposable disposable)
        {
            disposable.Dispose();
        }
    }

    private async Task<IArtifactStore> OpenOtherAsync()
    {
        var other = await OpenAgainAsync(Store);
        if (ReferenceEquals(other, Store))
        {
            Assert.Ignore("Only one instance can access the data of the provider.");
        }

        return other;
    }

    private static ArtifactPath At(string path) => ArtifactPath.Parse(path);

    /// <summary>Creates content that depends on the seed and the position, so that swapped or repeated parts are detected (SplitMix64).</summary>
    private static byte[] MakeContent(int length, int seed = 1)
    {
        var content = new byte[length + sizeof(ulong)];
        for (var offset = 0; offset < length; offset += sizeof(ulong))
        {
            var mixed = ((ulong)seed << 32) + ((ulong)offset * 0x9E37_79B9_7F4A_7C15);
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
            BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(offset), mixed ^ (mixed >> 31));
        }

        return content[..length];
    }

    private static void AssertSame(byte[] actual, ReadOnlySpan<byte> expected)
    {
        var common = actual.AsSpan().CommonPrefixLength(expected);
        if (common < actual.Length || common < expected.Length)
        {
            Assert.Fail($"The {actual.Length} bytes read differ from the {expected.Length} bytes written at byte {common}.");
        }
    }

    private static async Task<byte[]> ReadToEndAsync(Stream stream)
    {
        using var buffer = new MemoryStream();
        await stream.CopyToAsync(buffer);
        return buffer.ToArray();
    }

    private async Task AssertHoldsAsync(ArtifactPath path, byte[] content) => AssertSame(await Store.ReadBytesAsync(path), content);

    private async Task AssertHoldsNothingAsync(ArtifactPath path)
    {
        Assert.That(await Store.FindAsync(path), Is.Null, "nothing is found");
        await Assert.ThatAsync(() => Store.OpenReadAsync(path), Throws.TypeOf<ArtifactNotFoundException>(), "nothing can be read");
        Assert.That(await ListAsync(), Has.None.EqualTo(path.ToString()), "nothing is listed");
    }

    private async Task<List<string>> ListAsync(string? prefix = null, string? startAfter = null)
    {
        var paths = new List<string>();
        await foreach (var entry in Store.ListAsync(prefix is null ? null : At(prefix), startAfter is null ? null : At(startAfter)))
        {
            paths.Add(entry.Path.ToString());
        }

        return paths;
    }

    private async Task WriteAllAsync(params IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            await Store.WriteTextAsync(At(path), path);
        }
    }
}
