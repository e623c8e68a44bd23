using MlOps.Tests.Backends;

namespace MlOps.Tests;

public sealed class S3FaultyCephConformanceTests : S3FaultyConformance
{
    protected override Task<S3Server> RequireRealServerAsync() => RgwServer.RequireAsync();
}
