using MlOps.Tests.Backends;

namespace MlOps.Tests;

public sealed class S3CephConformanceTests : S3Conformance
{
    protected override Task<S3Server> RequireServerAsync() => RgwServer.RequireAsync();
}
