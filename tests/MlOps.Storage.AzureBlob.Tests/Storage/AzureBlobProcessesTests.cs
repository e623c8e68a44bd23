using MlOps.Tests.Backends;

namespace MlOps.Storage;

[RequiresServer("azurite")]
public sealed class AzureBlobProcessesTests
{
    [Test]
    [Category("Soak")]
    public async Task Of_writers_in_two_processes_exactly_one_wins_and_its_bytes_are_there()
    {
        using var store = await AzuriteStores.CreateAsync();

        var winner = await TwoProcessRace.AssertOneWinsAsync(await AzuriteStores.SettingsOfAsync(store), "race");

        Assert.That(Sha256Digest.Of(await store.ReadBytesAsync(ArtifactPath.Parse("race"))).ToString(), Is.EqualTo(winner));
    }
}
