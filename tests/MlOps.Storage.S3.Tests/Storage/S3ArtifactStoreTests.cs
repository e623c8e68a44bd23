using MlOps.Testing;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>The contract on an S3 server.</summary>
[Category("Backend")]
public abstract class S3ArtifactStoreTests : ArtifactStoreConformance
{
    private readonly Dictionary<IArtifactStore, S3StorageOptions> _options = [];

    protected override bool RecordsDigestOfLargeUnseekableContent => false;

    protected abstract Task<S3Server> RequireServerAsync();

    protected override async Task<IArtifactStore> CreateStoreAsync()
    {
        var options = S3Stores.OptionsFor(await RequireServerAsync());
        var store = new S3ArtifactStore(options);
        _options[store] = options;
        return store;
    }

    protected override Task<IArtifactStore> OpenAgainAsync(IArtifactStore store) => Task.FromResult<IArtifactStore>(new S3ArtifactStore(_options[store]));

    protected override async Task<bool> CorruptAsync(IArtifactStore store, ArtifactPath path)
    {
        await S3Stores.FlipBitAsync(store.Client(), BucketOf(store), path.ToString());
        return true;
    }

    protected string BucketOf(IArtifactStore store) => _options[store].Bucket;
}
