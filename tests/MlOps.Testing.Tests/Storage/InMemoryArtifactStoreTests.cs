using MlOps.Storage;

namespace MlOps.Testing.Tests.Storage;

public sealed class InMemoryArtifactStoreTests : ArtifactStoreConformance
{
    /// <summary>Memory is where it keeps content.</summary>
    protected override int? MostMemory => null;

    protected override Task<IArtifactStore> CreateStoreAsync() => Task.FromResult<IArtifactStore>(new InMemoryArtifactStore());
}
