using MlOps.Tests.Backends;

namespace MlOps.Storage;

[RequiresServer("rgw")]
public sealed class S3ArtifactStoreOnCephTests : S3ArtifactStoreTests
{
    protected override Task<S3Server> RequireServerAsync() => RgwServer.RequireAsync();
}
