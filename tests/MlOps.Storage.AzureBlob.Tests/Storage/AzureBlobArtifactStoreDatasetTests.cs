using MlOps.Datasets;

namespace MlOps.Storage;

[Category("Backend")]
public sealed class AzureBlobArtifactStoreDatasetTests : DatasetStoreConformance
{
    protected override int ManyFiles => 300;

    protected override async Task<IArtifactStore> CreateStoreAsync() => await AzuriteStores.CreateAsync();
}
