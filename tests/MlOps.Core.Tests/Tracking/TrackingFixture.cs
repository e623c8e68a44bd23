using Microsoft.Extensions.Time.Testing;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>A fixture that provides each test with a separate store, clock and simulated processes.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class TrackingFixture : IAsyncDisposable
{
    private readonly List<Laboratory> _processes = [];
    private Laboratory? _first;

    protected TrackingFixture() => Store = new InMemoryArtifactStore(Clock);

    internal InMemoryArtifactStore Store { get; }

    internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    internal TemporaryFolder Folder { get; } = new();

    internal Laboratory Lab => _first ??= CreateLaboratory();

    internal IExperimentTracker Tracker => Lab.Tracker;

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Creates another simulated process over the same store.</summary>
    internal Laboratory CreateLaboratory(params (string Key, string Value)[] settings)
    {
        var process = new Laboratory(Store, Clock, Path.Combine(Folder.Path, "spool"), settings);
        _processes.Add(process);
        return process;
    }

    /// <summary>Reads all pages of a query.</summary>
    /// <param name="query">The query of the first page.</param>
    /// <param name="between">An action that is executed after each page.</param>
    internal async Task<List<IReadOnlyList<Run>>> PagesAsync(RunQuery query, Func<RunPage, Task>? between = null)
    {
        var pages = new List<IReadOnlyList<Run>>();
        for (string? token = null; token is not null || pages.Count == 0;)
        {
            var page = await Tracker.SearchRunsPageAsync(new RunQuery
            {
                Experiments = query.Experiments,
                Filter = query.Filter,
                OrderBy = query.OrderBy,
                Lifecycle = query.Lifecycle,
                Take = query.Take,
                PageToken = token,
            });
            pages.Add(page.Runs);
            token = page.NextPageToken;
            await (between?.Invoke(page) ?? Task.CompletedTask);
        }

        return pages;
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
