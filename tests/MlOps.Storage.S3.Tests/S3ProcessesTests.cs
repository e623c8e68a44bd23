using MlOps.Storage;
using MlOps.Tests.Backends;

namespace MlOps.Tests;

[Category("Backend")]
public sealed class S3ProcessesTests
{
    [Test]
    public async Task Of_writers_in_two_processes_exactly_one_wins_on_moto() => await AssertOneWinsAsync(await MotoServer.RequireAsync());

    [Test]
    public async Task Of_writers_in_two_processes_exactly_one_wins_on_Ceph() => await AssertOneWinsAsync(await RgwServer.RequireAsync());

    private static async Task AssertOneWinsAsync(S3Server server)
    {
        var options = S3Stores.OptionsFor(server);
        using var store = new S3ArtifactStore(options);
        var settings = new Dictionary<string, string>
        {
            ["MlOps:Storage:Provider"] = "S3",
            ["MlOps:Storage:S3:ServiceUrl"] = server.ServiceUrl.ToString(),
            ["MlOps:Storage:S3:Bucket"] = options.Bucket,
            ["MlOps:Storage:S3:AccessKey"] = server.AccessKey,
            ["MlOps:Storage:S3:SecretKey"] = server.SecretKey,
            ["MlOps:Storage:S3:CreateIfMissing"] = "true",
        };

        var winner = await TwoProcessRace.AssertOneWinsAsync(settings, "race");

        Assert.That(Sha256Digest.Of(await store.ReadBytesAsync(ArtifactPath.Parse("race"))).ToString(), Is.EqualTo(winner));
    }
}
