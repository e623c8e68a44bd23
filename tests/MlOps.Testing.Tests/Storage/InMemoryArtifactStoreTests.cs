using MlOps.Storage;

namespace MlOps.Testing.Tests.Storage;

public sealed class InMemoryArtifactStoreTests : ArtifactStoreConformance
{
    protected override Task<IArtifactStore> CreateStoreAsync() => Task.FromResult<IArtifactStore>(new InMemoryArtifactStore());
}
