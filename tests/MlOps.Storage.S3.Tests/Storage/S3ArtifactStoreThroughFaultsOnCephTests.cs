using MlOps.Tests.Backends;

namespace MlOps.Storage;

[RequiresServer("rgw")]
public sealed class S3ArtifactStoreThroughFaultsOnCephTests : S3ArtifactStoreThroughFaultsTests
{
    protected override Task<S3Server> RequireRealServerAsync() => RgwServer.RequireAsync();
}
