using MlOps.Storage;

namespace MlOps.Datasets;

public sealed class LocalDiskArtifactStoreDatasetTests : DatasetStoreConformance
{
    private readonly TemporaryFolder _root = new();

    [TearDown]
    public void DeleteRoot() => _root.Dispose();

    protected override Task<IArtifactStore> CreateStoreAsync() =>
        Task.FromResult<IArtifactStore>(new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = _root.Path }));
}
