using MlOps.Tests.Backends;
using MlOps.Tests.Conformance.Tracking;

namespace MlOps.Storage;

public sealed class S3RunTests
{
    [Test]
    [Category("Soak")]
    [RequiresServer("moto")]
    public async Task Two_processes_of_eight_runs_each_record_all_of_them_exactly_on_moto() => await AssertExactAsync(await MotoServer.RequireAsync());

    [Test]
    [Category("Soak")]
    [RequiresServer("rgw")]
    public async Task Two_processes_of_eight_runs_each_record_all_of_them_exactly_on_Ceph() => await AssertExactAsync(await RgwServer.RequireAsync());

    private static async Task AssertExactAsync(S3Server server)
    {
        var options = S3Stores.OptionsFor(server);
        using var store = new S3ArtifactStore(options);

        await RunRace.AssertExactAsync(S3Stores.SettingsOf(options), store);
    }
}
