using MlOps.Datasets;
using MlOps.Storage;
using MlOps.Tests.Backends;

namespace MlOps.Tests;

[Category("Backend")]
public sealed class S3ArtifactStoreDatasetTests : DatasetStoreConformance
{
    protected override int ManyFiles => 300;

    protected override async Task<IArtifactStore> CreateStoreAsync() => new S3ArtifactStore(S3Stores.OptionsFor(await MotoServer.RequireAsync()));
}
