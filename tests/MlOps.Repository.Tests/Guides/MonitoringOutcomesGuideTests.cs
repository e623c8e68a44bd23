using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.ML;
using MlOps.Datasets;
using MlOps.Monitoring;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Profiles;
using MlOps.Serving;

namespace MlOps.Guides;

/// <summary>Compiles the code of <c>src/MlOps.Monitoring/README.md</c>.</summary>
public sealed class MonitoringOutcomesGuideTests
{
    [Test]
    public async Task The_services_of_the_guide_are_registered()
    {
        var builder = Host.CreateApplicationBuilder();
        Register(builder);
        using var host = builder.Build();
        var classifier = host.Services.GetRequiredService<IRowClassifier>();
        var random = new Random(1);
        var training = Enumerable.Range(0, 300).Select(_ => new { Age = 20 + (40 * random.NextDouble()) }).ToArray();
        var served = Enumerable.Range(0, 300).Select(_ => new { Age = 35 + (40 * random.NextDouble()) }).ToArray();

        var drift = await ClassifierDrift.CompareAsync(classifier, RowSource.From(training), RowSource.From(served));

        Assert.That(drift.Verdict, Is.EqualTo(DriftVerdict.Drifted), drift.Reason);

        Assert.That(host.Services.GetRequiredService<IModelMonitor>(), Is.Not.Null);
        Assert.That((Func<IModel<Day, Forecast>, Day, IModelMonitor, Task>)ReportAsync, Is.Not.Null);
        Assert.That((Func<ITransformer, IDataView, string, Task<string>>)WriteBaselineAsync, Is.Not.Null);
        Assert.That((Func<IModelMonitor, DateTimeOffset, DateTimeOffset, Task<DatasetVersion>>)ReadLogAsync, Is.Not.Null);
    }

    private static void Register(HostApplicationBuilder builder) =>
        builder.Services.AddMlOps(builder.Configuration).AddMLNetModels().AddMonitoring().AddModel<Day, Forecast>("weather");

    private static async Task ReportAsync(IModel<Day, Forecast> model, Day day, IModelMonitor monitor)
    {
        var prediction = await model.PredictAsync(day);

        // Days later, in any process:
        await monitor.RecordOutcomeAsync("weather", prediction.Id, "rain");
        var report = await monitor.CreateReportAsync("weather");
        await File.WriteAllTextAsync("weather.html", report.ToHtml());
    }

    private static async Task<string> WriteBaselineAsync(ITransformer model, IDataView data, string folder)
    {
        var baseline = await Baseline.CreateAsync(
            data.ToRows().Select("precipitation", "temp_max", "temp_min", "wind"),
            model.Transform(data).ToRows().Select("PredictedLabel", "Score"));
        var file = baseline.Write(folder);   // add the file to ModelRegistration.Files
        return file;
    }

    private static async Task<DatasetVersion> ReadLogAsync(IModelMonitor monitor, DateTimeOffset from, DateTimeOffset to)
    {
        var import = await monitor.ImportOutcomesAsync("weather", await TableRows.OpenFileAsync("outcomes.csv"));
        Assert.That(import.Faults, Is.Empty);
        await monitor.ExportPredictionsAsync("weather", from, to, "export");
        var version = await monitor.CreateDatasetAsync("weather", "weather-2026", from, to);
        return version;
    }

    private sealed class Day
    {
        public float Wind { get; set; }
    }

    private sealed class Forecast
    {
        public string PredictedLabel { get; set; } = "";
    }
}
