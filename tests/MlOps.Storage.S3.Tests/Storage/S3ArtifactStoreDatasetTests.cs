using MlOps.Datasets;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

[RequiresServer("moto")]
public sealed class S3ArtifactStoreDatasetTests : DatasetStoreConformance
{
    protected override int ManyFiles => 300;

    protected override async Task<IArtifactStore> CreateStoreAsync() => new S3ArtifactStore(S3Stores.OptionsFor(await MotoServer.RequireAsync()));
}
