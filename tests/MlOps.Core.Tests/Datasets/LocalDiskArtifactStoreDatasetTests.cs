using MlOps.Storage;

namespace MlOps.Datasets;

public sealed class LocalDiskArtifactStoreDatasetTests : DatasetStoreConformance, IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    protected override Task<IArtifactStore> CreateStoreAsync() =>
        Task.FromResult<IArtifactStore>(new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = _root.Path }));
}
