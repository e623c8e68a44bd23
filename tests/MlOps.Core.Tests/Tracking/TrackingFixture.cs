using Microsoft.Extensions.Time.Testing;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>A fixture whose tests each have a store, a clock and processes of their own.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class TrackingFixture : IAsyncDisposable
{
    private readonly List<Laboratory> _laboratories = [];
    private Laboratory? _first;

    protected TrackingFixture() => Store = new InMemoryArtifactStore(Clock);

    internal InMemoryArtifactStore Store { get; }

    internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    internal TemporaryFolder Folder { get; } = new();

    internal Laboratory Lab => _first ??= CreateLaboratory();

    internal IExperimentTracker Tracker => Lab.Tracker;

    public async ValueTask DisposeAsync()
    {
        foreach (var laboratory in _laboratories)
        {
            await laboratory.DisposeAsync();
        }

        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes another process over the same store.</summary>
    internal Laboratory CreateLaboratory(params (string Key, string Value)[] settings)
    {
        var laboratory = new Laboratory(Store, Clock, Path.Combine(Folder.Path, "spool"), settings);
        _laboratories.Add(laboratory);
        return laboratory;
    }

    /// <summary>Records a finished run.</summary>
    internal async Task<Run> RecordAsync(string name, Action<IRun>? log = null, RunChange? change = null, string experiment = "iris")
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        return await Tracker.RunAsync(experiment, new RunStart { Name = name }, async (run, token) =>
        {
            log?.Invoke(run);
            if (change is not null)
            {
                await run.ChangeAsync(change, token);
            }
        });
    }
}
