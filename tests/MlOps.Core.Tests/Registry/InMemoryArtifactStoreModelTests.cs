using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Registry;

public sealed class InMemoryArtifactStoreModelTests : ModelRegistryConformance
{
    protected override Task<IArtifactStore> CreateStoreAsync() => Task.FromResult<IArtifactStore>(new InMemoryArtifactStore());
}
