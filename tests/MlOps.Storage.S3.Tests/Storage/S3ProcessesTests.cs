using MlOps.Tests.Backends;

namespace MlOps.Storage;

public sealed class S3ProcessesTests
{
    [Test]
    [Category("Soak")]
    [RequiresServer("moto")]
    public async Task Of_writers_in_two_processes_exactly_one_wins_on_moto() => await AssertOneWinsAsync(await MotoServer.RequireAsync());

    [Test]
    [Category("Soak")]
    [RequiresServer("rgw")]
    public async Task Of_writers_in_two_processes_exactly_one_wins_on_Ceph() => await AssertOneWinsAsync(await RgwServer.RequireAsync());

    private static async Task AssertOneWinsAsync(S3Server server)
    {
        var options = S3Stores.OptionsFor(server);
        using var store = new S3ArtifactStore(options);

        var winner = await TwoProcessRace.AssertOneWinsAsync(S3Stores.SettingsOf(options), "race");

        Assert.That(Sha256Digest.Of(await store.ReadBytesAsync(ArtifactPath.Parse("race"))).ToString(), Is.EqualTo(winner));
    }
}
