using MlOps.Datasets;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

[RequiresServer("azurite")]
public sealed class AzureBlobArtifactStoreDatasetTests : DatasetStoreConformance
{
    protected override int ManyFiles => 300;

    protected override async Task<IArtifactStore> CreateStoreAsync() => await AzuriteStores.CreateAsync();
}
