using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MlOps.Storage;
using MlOps.Testing;

namespace MlOps.Metrics;

public sealed class ArtifactStoreSinkTests : MetricsSinkConformance
{
    private InMemoryArtifactStore _store = new();
    private FaultyStore _faulty = new(new InMemoryArtifactStore());

    protected override IMetricsSink CreateSink()
    {
        _store = new InMemoryArtifactStore();
        _faulty = new FaultyStore(_store);
        return Create();
    }

    protected override async Task<IReadOnlyList<MetricDataPoint>> ReadBackAsync() => await MetricsArchive.ReadAsync(_store).ToListAsync();

    protected override bool TryBreakNextCall(IMetricsSink sink)
    {
        _faulty.LoseAnswers = 1;
        return true;
    }

    [Test]
    public async Task Many_batches_become_few_segments()
    {
        await using (var sink = (IAsyncDisposable)CreateSink())
        {
            for (var step = 0; step < 300; step++)
            {
                await ((IMetricsSink)sink).WriteAsync(Points.Of("loss", step));
            }
        }

        Assert.That(await _store.ListAsync().CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Processes_have_folders_of_their_own_and_are_read_in_the_order_in_which_they_began()
    {
        var clock = new FakeTimeProvider();
        CreateSink();
        var first = Create(clock);
        clock.Advance(TimeSpan.FromSeconds(1));
        var second = Create(clock);

        await second.WriteAsync(Points.Of("loss", 3));
        await first.WriteAsync(Points.Of("loss", 1));
        await first.WriteAsync(Points.Of("other", 2));

        Assert.That(await MetricsArchive.ReadAsync(_store).Select(static point => point.Step).ToListAsync(), Is.EqualTo(new long[] { 1, 2, 3 }));
        Assert.That(await MetricsArchive.ReadAsync(_store, name: "loss").Select(static point => point.Step).ToListAsync(), Is.EqualTo(new long[] { 1, 3 }));
        Assert.That(await MetricsArchive.ReadAsync(_store, "another").ToListAsync(), Is.Empty);
    }

    private ArtifactStoreSink Create(TimeProvider? clock = null) => new(_faulty, MetricsArchive.DefaultSink, clock ?? TimeProvider.System, NullLogger.Instance);
}
