using MlOps.Storage;

namespace MlOps.Datasets;

public sealed class InMemoryArtifactStoreDatasetTests : DatasetStoreConformance
{
    protected override Task<IArtifactStore> CreateStoreAsync() => Task.FromResult<IArtifactStore>(new InMemoryArtifactStore());
}
