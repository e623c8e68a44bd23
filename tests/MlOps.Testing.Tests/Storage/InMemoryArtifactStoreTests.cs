using MlOps.Storage;

namespace MlOps.Testing.Tests.Storage;

public sealed class InMemoryArtifactStoreTests : ArtifactStoreConformance
{
    /// <summary>Memory is where it keeps content.</summary>
    protected override int? MaxMemory => null;

    protected override Task<IArtifactStore> CreateStoreAsync() => Task.FromResult<IArtifactStore>(new InMemoryArtifactStore());
}
