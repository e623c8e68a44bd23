using MlOps.Tests.Backends;

namespace MlOps.Tests;

public sealed class S3MotoConformanceTests : S3Conformance
{
    /// <summary>Moto checks the condition before it hashes the body: of two large writes at once both may succeed, also with the SDK alone.</summary>
    protected override int LargeRaceSize => 100_000;

    protected override Task<S3Server> RequireServerAsync() => MotoServer.RequireAsync();
}
