using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Tracking;

namespace MlOps.Reports;

/// <summary>A fixture whose tests each have a store in memory and a tracker.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class ReportsFixture : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddLogging()
        .AddMlOps(new ConfigurationBuilder()
            .AddInMemoryCollection([new("MlOps:Storage:Provider", "Memory"), new("MlOps:Tracking:CaptureGit", "false")]).Build())
        .Services.BuildServiceProvider();

    internal IExperimentTracker Tracker => _services.GetRequiredService<IExperimentTracker>();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Records a finished run.</summary>
    internal Task<Run> RecordAsync(string? name, Action<IRun>? log = null, Dictionary<string, string>? parameters = null) =>
        Tracker.RunAsync("iris", new RunStart { Name = name }, async (run, token) =>
        {
            log?.Invoke(run);
            await run.ChangeAsync(new RunChange { Parameters = parameters ?? [] }, token);
        });
}
