using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MlOps.Registry;
using MlOps.Testing;

namespace MlOps.Serving;

public sealed class UpdatePollerTests : ServingFixture
{
    [Test]
    public async Task Changes_during_a_poll_cause_one_more_poll()
    {
        var service = CreateService();
        await service.PromoteAsync("2");
        await service.RegisterAsync("3");
        var gate = new TestGate();
        var looks = 0;
        var source = new RegistryVersionSource(
            "line",
            new ServedModelOptions(),
            service.Services.GetRequiredService<ServingRuntime>(),
            new VersionFolders(Folder.Path, service.Clock, NullLogger.Instance),
            NullLogger.Instance);
        using var poll = new UpdatePoller(source, TimeSpan.FromHours(1), service.Clock, async (_, _) =>
        {
            Interlocked.Increment(ref looks);
            await gate.PassAsync(CancellationToken.None);
        });
        poll.Start();

        for (var move = 0; move < 20; move++)
        {
            await service.Registry.SetAliasAsync("line", "production", (move % 2) + 1);
            await gate.Reached;
            await Until.IsTrueAsync(static () => ThreadPool.PendingWorkItemCount == 0); // a look that was started has begun
        }

        Assert.That(looks, Is.EqualTo(1));
        gate.Open();
        await Until.IsTrueAsync(() => Volatile.Read(ref looks) == 2);
        await service.Registry.SetAliasAsync("line", "production", 1);
        await Until.IsTrueAsync(() => Volatile.Read(ref looks) == 3);
    }
}
