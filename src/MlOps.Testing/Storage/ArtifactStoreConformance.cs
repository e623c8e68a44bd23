using System.Buffers.Binary;
using MlOps.Storage;

namespace MlOps.Testing;

/// <summary>The contract of <see cref="IArtifactStore"/> as tests. A provider derives a sealed fixture and passes them all.</summary>
/// <remarks>
/// Each test has a store of its own, made by <see cref="CreateStoreAsync"/>. The virtual members say what a provider cannot do; what they switch off
/// is reported as ignored, with the reason. Tests of one fixture run one after another: do not mark it parallelizable in itself.
/// </remarks>
public abstract partial class ArtifactStoreConformance
{
    private const int Writers = 16;

    /// <summary>Gets the store of the running test.</summary>
    protected IArtifactStore Store { get; private set; } = null!;

    /// <summary>Gets the size of content that the provider surely moves in several parts, in bytes.</summary>
    /// <value>The default is a little over 20 MiB.</value>
    protected virtual int LargeSize => (20 << 20) + 12_345;

    /// <summary>Gets the number of artifacts that the test of long listings writes.</summary>
    /// <value>
    /// The default is 2,050, which is more than two pages of most services, and 10,050 in a full soak: more than two pages of every known service.
    /// A service with larger pages overrides it with more than one page, a <see cref="FaultFixtureAttribute">fault fixture</see> with some hundred.
    /// </value>
    protected virtual int ManyArtifacts => Soak.Count(reduced: 2_050, full: 10_050);

    /// <summary>Gets the most memory that a transfer of content of any size may hold, in bytes; the fixture transfers a quarter more.</summary>
    /// <value>
    /// The default is 64 MiB. <see langword="null"/> if the store keeps content in memory by nature, or another fixture measures it: the test is then
    /// reported as ignored.
    /// </value>
    protected virtual int? MostMemory => 64 << 20;

    /// <summary>Gets how long something that should be prompt may take before its test fails.</summary>
    /// <value>The default is 30 seconds, so that a busy machine fails no test.</value>
    protected virtual TimeSpan Patience => TimeSpan.FromSeconds(30);

    /// <summary>Gets a value indicating whether <see cref="ArtifactInfo.Sha256"/> is known of large content from a stream that cannot seek.</summary>
    /// <value>The default is <see langword="true"/>. S3 fixes the metadata of a multipart upload before its last byte is read.</value>
    protected virtual bool RecordsDigestOfLargeUnseekableContent => true;

    /// <summary>Gets a value indicating whether listings put characters beyond U+FFFF after all others, as their UTF-8 bytes do.</summary>
    /// <value>The default is <see langword="true"/>. A service that sorts by UTF-16 puts them before U+E000.</value>
    protected virtual bool OrdersSupplementaryCharacters => true;

    /// <summary>Makes a store that is empty and that no other test uses.</summary>
    /// <returns>The store, which the fixture disposes after the test if it is disposable.</returns>
    protected abstract Task<IArtifactStore> CreateStoreAsync();

    /// <summary>Opens the data of a store a second time, as another process would: another instance with clients and caches of its own.</summary>
    /// <param name="store">The store that <see cref="CreateStoreAsync"/> made.</param>
    /// <returns>
    /// The second store, which the fixture disposes; the default is <paramref name="store"/> itself, for data that only one instance can see: the tests of two
    /// instances are then reported as ignored.
    /// </returns>
    protected virtual Task<IArtifactStore> OpenAgainAsync(IArtifactStore store) => Task.FromResult(store);

    /// <summary>Flips a bit of an artifact's stored bytes behind the store's back, leaving its recorded digest as it is.</summary>
    /// <param name="store">The store that <see cref="CreateStoreAsync"/> made.</param>
    /// <param name="path">The artifact.</param>
    /// <returns><see langword="false"/>, the default, if the provider's data cannot be reached from outside.</returns>
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
            Assert.Ignore("The provider's data is seen by one instance only.");
        }

        return other;
    }

    private static ArtifactPath At(string path) => ArtifactPath.Parse(path);

    /// <summary>Makes content that differs from seed to seed and from place to place, so that swapped or repeated parts show (SplitMix64).</summary>
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
            Assert.Fail($"The {actual.Length} bytes read should be the {expected.Length} bytes written; they differ from byte {common}.");
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
