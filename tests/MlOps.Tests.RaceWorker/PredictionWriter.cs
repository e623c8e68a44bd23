using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MlOps.Models;
using MlOps.Monitoring.Windows;
using MlOps.Registry;
using MlOps.Serving;
using MlOps.Storage;

/// <summary>Observes predictions of a version of a model, as a serving process does.</summary>
internal static class PredictionWriter
{
    private const int Slice = 500;

    /// <summary>Observes a number of predictions and ends cleanly.</summary>
    public static async Task ObserveAsync(IServiceProvider services, string model, int count)
    {
        await using var collector = CreateCollector(services);
        using var observer = await CreateObserverAsync(services, model, collector);
        for (var row = 0; row < count; row++)
        {
            Observe(observer, row);
        }
    }

    /// <summary>Observes predictions until the process is killed. Prints the number of those in the store.</summary>
    public static async Task ObserveForeverAsync(IServiceProvider services, string model)
    {
        await using var collector = CreateCollector(services);
        using var observer = await CreateObserverAsync(services, model, collector);
        for (var row = 0; ; row++)
        {
            Observe(observer, row);
            if (row % Slice == Slice - 1)
            {
                await collector.FlushAsync(CancellationToken.None);
                Console.WriteLine(row + 1);
            }
        }
    }

    private static PredictionCollector CreateCollector(IServiceProvider services) => new(
        services.GetRequiredService<IArtifactStore>(),
        new MonitoringInstance(TimeProvider.System),
        static _ => new WindowOptions { Length = TimeSpan.FromDays(1), Checkpoint = TimeSpan.FromSeconds(1) },
        static _ => WindowBaseline.None,
        [],
        static _ => null,
        services.GetRequiredService<IMeterFactory>(),
        TimeProvider.System,
        NullLogger<PredictionCollector>.Instance);

    private static async Task<IRowObserver<Row, Row>> CreateObserverAsync(IServiceProvider services, string model, PredictionCollector collector)
    {
        var metadata = await services.GetRequiredService<IModelRegistry>().GetVersionAsync(model, "1");
        var observed = new ObservedVersion
        {
            ServedAs = model,
            Version = new LocalVersion { Metadata = metadata, Folder = AppContext.BaseDirectory },
            Signature = new ModelSignature { Inputs = [], Outputs = [] },
        };
        return collector.CreateForRows<Row, Row>(observed) ?? throw new InvalidOperationException($"The model '{model}' is not monitored.");
    }

    private static void Observe(IRowObserver<Row, Row> observer, int number)
    {
        var row = new Row { Value = number };
        var prediction = new Prediction<Row>(row, new LocalVersion { Metadata = null!, Folder = "" }, Guid.NewGuid(), []);
        observer.Observe(row, in prediction, -1);
    }

    private sealed class Row
    {
        public double Value { get; set; }
    }
}
