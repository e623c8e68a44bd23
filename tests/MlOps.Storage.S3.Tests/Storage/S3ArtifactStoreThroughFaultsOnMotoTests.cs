using MlOps.Tests.Backends;

namespace MlOps.Storage;

[RequiresServer("moto")]
public sealed class S3ArtifactStoreThroughFaultsOnMotoTests : S3ArtifactStoreThroughFaultsTests
{
    protected override Task<S3Server> RequireRealServerAsync() => MotoServer.RequireAsync();
}
