using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>Tests the blobs in the container with the native client, and races in which the responses of Azure are ambiguous.</summary>
[RequiresServer("azurite")]
public sealed class AzureBlobWriteTests
{
    private const int BlockSize = 64 << 10;
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("models/a");
    private AzureBlobArtifactStore _store = null!;

    [SetUp]
    public async Task CreateStore()
    {
        _store = await AzuriteStores.CreateAsync(options => options.BlockSize = BlockSize);
        await _store.GetService<BlobContainerClient>()!.CreateAsync();
    }

    [TearDown]
    public void DisposeStore() => _store?.Dispose();

    [TestCase(100)]
    [TestCase((3 * BlockSize) + 1)]
    public async Task Digest_is_in_the_metadata_of_the_blob(int size)
    {
        var content = MakeContent(size);

        var written = await _store.WriteBytesAsync(s_path, content);

        var blob = (await _store.RawBlob("models/a").DownloadContentAsync()).Value;
        Assert.That(blob.Content.ToArray(), Is.EqualTo(content));
        Assert.That(blob.Details.Metadata["mlops_sha256"], Is.EqualTo(Sha256Digest.Of(content).ToString()));
        Assert.That(blob.Details.ContentType, Is.EqualTo("application/octet-stream"));
        Assert.That(blob.Details.ETag.ToString(), Is.EqualTo($"\"{written.ETag}\""));
    }

    [TestCase(100, false, false)]
    [TestCase(100, true, true)]
    [TestCase((3 * BlockSize) + 1, false, true)]
    public async Task Only_writes_that_can_lose_a_race_have_a_nonce(int size, bool isConditional, bool hasNumber)
    {
        await _store.WriteBytesAsync(
            s_path, MakeContent(size), new ArtifactWriteOptions { Condition = isConditional ? WriteCondition.IfAbsent : WriteCondition.None });

        Assert.That((await _store.RawBlob("models/a").GetPropertiesAsync()).Value.Metadata.ContainsKey("mlops_write"), Is.EqualTo(hasNumber));
    }

    [Test]
    public async Task Metadata_beyond_ascii_is_stored_percent_encoded()
    {
        await _store.WriteTextAsync(s_path, "text", new ArtifactWriteOptions { Metadata = new Dictionary<string, string> { ["who"] = "Zoë " } });

        var metadata = (await _store.RawBlob("models/a").GetPropertiesAsync()).Value.Metadata;

        Assert.That(metadata["who"], Is.EqualTo("Zo%C3%AB%20"));
    }

    [Test]
    public async Task Content_of_several_blocks_is_stored_as_blocks()
    {
        await _store.WriteBytesAsync(s_path, MakeContent((3 * BlockSize) + 1));

        var blocks = (await _store.RawBlob("models/a").GetBlockListAsync(BlockListTypes.Committed)).Value.CommittedBlocks;

        Assert.That(blocks.Select(static block => block.SizeLong), Is.EqualTo(new long[] { BlockSize, BlockSize, BlockSize, 1 }));
    }

    [Test]
    public async Task Prefix_is_the_folder_of_every_blob()
    {
        var container = _store.GetService<BlobContainerClient>()!.Name;
        using var store = await AzuriteStores.CreateAsync(options => (options.Container, options.Prefix) = (container, "teams/churn/"));

        await store.WriteTextAsync(s_path, "text");

        var names = new List<string>();
        await foreach (var blob in _store.GetService<BlobContainerClient>()!.GetBlobsAsync(new GetBlobsOptions()))
        {
            names.Add(blob.Name);
        }

        Assert.That(names, Is.EqualTo(new[] { "teams/churn/models/a" }));
    }

    [Test]
    public async Task Blocks_that_a_broken_write_left_behind_do_not_block_a_write_if_absent()
    {
        await _store.RawBlob("models/a").StageBlockAsync(Convert.ToBase64String(new byte[48]), new MemoryStream(new byte[10]));

        await _store.WriteTextAsync(s_path, "text", new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent });

        Assert.That(await _store.ReadTextAsync(s_path), Is.EqualTo("text"));
    }

    [Test]
    public async Task Blocks_of_a_broken_write_are_in_no_listing_and_no_find()
    {
        await _store.RawBlob("models/a").StageBlockAsync(Convert.ToBase64String(new byte[48]), new MemoryStream(new byte[10]));

        Assert.That(await _store.FindAsync(s_path), Is.Null);
        Assert.That(await _store.ListAsync().ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task Write_of_blocks_that_another_writer_overtook_fails_as_transient()
    {
        var theirs = MakeContent(2 * BlockSize);
        using var content = new HookedStream(MakeContent(3 * BlockSize), at: 2 * BlockSize, () => _store.WriteBytesAsync(s_path, theirs));

        var failure = await Assert.ThrowsAsync<ProviderException>(() => _store.WriteAsync(s_path, content));

        Assert.That(failure!.IsTransient, Is.True);
        Assert.That(failure!.Message, Does.Contain("Write it again"));
        Assert.That(await _store.ReadBytesAsync(s_path), Is.EqualTo(theirs));
    }

    [Test]
    public async Task Write_of_blocks_if_absent_that_another_writer_overtook_finds_it_there()
    {
        using var content = new HookedStream(MakeContent(3 * BlockSize), at: 2 * BlockSize, () => _store.WriteTextAsync(s_path, "theirs"));

        await Assert.ThrowsAsync<ArtifactExistsException>(
            () => _store.WriteAsync(s_path, content, new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent }));
        Assert.That(await _store.ReadTextAsync(s_path), Is.EqualTo("theirs"));
    }

    [Test]
    public async Task Artifact_with_snapshots_is_deleted()
    {
        await _store.WriteTextAsync(s_path, "text");
        await _store.RawBlob("models/a").CreateSnapshotAsync();

        await _store.DeleteAsync(s_path);

        Assert.That(await _store.FindAsync(s_path), Is.Null);
    }

    [Test]
    public async Task Blobs_of_other_tools_under_names_that_are_no_path_are_not_listed()
    {
        await _store.WriteTextAsync(s_path, "text");
        await _store.RawBlob("folder//file").UploadAsync(new MemoryStream(Encoding.UTF8.GetBytes("other")));

        var paths = await _store.ListAsync().Select(static entry => entry.Path).ToListAsync();

        Assert.That(paths, Is.EqualTo(new[] { s_path }));
    }

    [TestCase(400L << 30, ExpectedResult = 8_589_935)]
    [TestCase(390L << 30, ExpectedResult = 8 << 20)]
    [TestCase(0, ExpectedResult = 8 << 20)]
    public int Blocks_grow_where_there_would_be_too_many(long length)
    {
        var options = new AzureBlobStorageOptions { Container = "none", ConnectionString = "UseDevelopmentStorage=true" };
        var settings = new AzureBlobSettings(key: null);

        return new BlobWriter(options, settings, new AzureBlobErrors(options, settings, new Uri("https://example.org"))).ChooseBlockSize(length);
    }

    private static byte[] MakeContent(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        return content;
    }
}
