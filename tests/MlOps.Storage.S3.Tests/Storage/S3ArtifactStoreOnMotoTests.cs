using MlOps.Tests.Backends;

namespace MlOps.Storage;

[RequiresServer("moto")]
public sealed class S3ArtifactStoreOnMotoTests : S3ArtifactStoreTests
{
    protected override Task<S3Server> RequireServerAsync() => MotoServer.RequireAsync();
}
