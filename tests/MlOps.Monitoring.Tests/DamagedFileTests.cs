using Microsoft.Extensions.Logging;
using MlOps.Monitoring.Windows;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Monitoring;

/// <summary>Files of the local disk whose attributes, at their end, were cut off cannot even be listed.</summary>
public sealed class DamagedFileTests
{
    private static readonly Dictionary<string, string?> s_settings = new()
    {
        ["MlOps:Models:churn:Monitoring:Alerts:RaiseAfter"] = "1",
        ["MlOps:Models:churn:Monitoring:Alerts:ResolveAfter"] = "1",
        ["MlOps:Models:churn:Monitoring:Quality:PositiveClass"] = "yes",
    };

    private DirectoryInfo _folder = null!;

    private MonitoredService Service { get; set; } = null!;

    [SetUp]
    public void CreateFolder()
    {
        _folder = Directory.CreateTempSubdirectory("mlops-test-");
        Service = new MonitoredService(
            MonitoredService.NewClock(), new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = _folder.FullName }), s_settings);
    }

    [TearDown]
    public async Task DeleteFolderAsync()
    {
        await Service.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [TestCase("evaluations")]
    [TestCase("windows")]
    [TestCase("outcomes")]
    [TestCase("predictions")]
    public async Task A_cut_file_is_named_and_does_not_stop_the_evaluation_and_the_maintenance(string folder)
    {
        var version = await Service.RegisterAsync();
        var first = Service.PredictMany(version, youngest: 20);
        await Service.Monitor.RecordOutcomeAsync(MonitoredService.Model, first[0].Id, "yes");
        await EvaluateNextAsync();
        Service.PredictMany(version, youngest: 60);
        var cut = Cut(folder);

        var alerts = await EvaluateNextAsync();
        var report = await Service.Monitor.CreateReportAsync(MonitoredService.Model);
        await Service.Get<WindowMaintenance>().RunAsync(MonitoredService.Model, TimeSpan.FromDays(90), CancellationToken.None);

        var named = Service.Logs.GetSnapshot().Where(static record => record.Level == LogLevel.Warning)
            .Select(static record => $"{record.Message} {record.Exception?.Message}")
            .Concat(report.Period.Faults).Concat(report.Quality.SelectMany(static window => window.Value.Warnings));
        Assert.That(alerts.Select(static alert => alert.Key), Is.EqualTo(["drift"]));
        Assert.That(report.Period.Predictions, Is.EqualTo(folder == "windows" ? 400 : 800));
        Assert.That(named, Has.Some.Contains(cut));
    }

    [TestCase(0)]
    [TestCase(0.5)]
    public async Task The_only_window_of_a_version_is_named_if_it_is_damaged(double kept)
    {
        Service.PredictMany(await Service.RegisterAsync(), youngest: 20);
        await EvaluateNextAsync();
        var cut = Cut("windows", kept);

        var windows = await Service.Monitor.ReadWindowsAsync(MonitoredService.Model).ToListAsync();

        Assert.That(windows.Single().Predictions, Is.Zero);
        Assert.That(windows.Single().Faults.Single(), Does.Contain(cut));
    }

    [Test]
    public async Task An_altered_window_is_named_in_the_next_readable_window()
    {
        var version = await Service.RegisterAsync();
        Service.PredictMany(version, youngest: 20);
        await EvaluateNextAsync();
        Service.PredictMany(version, youngest: 20);
        await EvaluateNextAsync();
        var file = Find("windows");
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 4] ^= 0x55;
        await File.WriteAllBytesAsync(file, bytes);

        var windows = await Service.Monitor.ReadWindowsAsync(MonitoredService.Model).ToListAsync();

        Assert.That(windows.Single().Faults.Single(), Does.Contain(NameOf(file)));
    }

    [Test]
    public async Task An_export_with_an_altered_file_copies_the_other_files_and_names_it()
    {
        var version = await Service.RegisterAsync();
        Service.PredictMany(version, youngest: 20);
        await EvaluateNextAsync();
        Service.PredictMany(version, youngest: 20);
        await EvaluateNextAsync();
        var file = Find("predictions");
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 4] ^= 0x55;
        await File.WriteAllBytesAsync(file, bytes);
        var folder = Path.Combine(_folder.FullName, "export");
        var now = Service.Clock.GetUtcNow();

        Assert.That(
            () => Service.Monitor.ExportPredictionsAsync(MonitoredService.Model, now.AddDays(-2), now.AddDays(1), folder),
            Throws.TypeOf<ArtifactIntegrityException>().With.Message.Contains(NameOf(file)));
        Assert.That(Directory.GetFiles(folder, "*.parquet", SearchOption.AllDirectories).Select(Path.GetFileName), Has.Exactly(1).Not.EqualTo(NameOf(file)));
    }

    [Test]
    public async Task A_cut_delivery_position_is_replaced()
    {
        var version = await Service.RegisterAsync();
        Service.PredictMany(version, youngest: 60);
        await EvaluateNextAsync();
        Cut("alerts");
        Service.PredictMany(version, youngest: 20);
        await EvaluateNextAsync();
        Service.PredictMany(version, youngest: 60);

        await EvaluateNextAsync();

        var logged = Service.Logs.GetSnapshot().Select(static record => record.Message).ToList();
        Assert.That(logged, Has.Some.Contains("log.json' is damaged and will be replaced"));
        Assert.That(logged.Count(static message => message.StartsWith("Alert 'drift'", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_file_of_another_program_does_not_stop_the_search_for_versions(CancellationToken cancellationToken)
    {
        Service.PredictMany(await Service.RegisterAsync(), youngest: 20);
        await EvaluateNextAsync();
        await Service.Store.WriteAsync(ArtifactPath.Parse("monitoring/churn/windows/1/~notes"), new MemoryStream([1]), null, cancellationToken);

        var versions = await Service.Get<WindowStore>().ReadVersionsAsync(MonitoredService.Model, cancellationToken);

        Assert.That(versions, Is.EqualTo([1]));
    }

    private async Task<IReadOnlyList<ModelAlert>> EvaluateNextAsync()
    {
        await Service.Monitor.EvaluateAsync(MonitoredService.Model); // stores the predictions in the window of their time
        Service.Clock.Advance(TimeSpan.FromHours(7)); // longer than the cool-down
        return await Service.Monitor.EvaluateAsync(MonitoredService.Model);
    }

    private string Cut(string folder, double kept = 0.5)
    {
        var file = Find(folder);
        using var stream = File.OpenWrite(file);
        stream.SetLength((long)(stream.Length * kept));
        return NameOf(file);
    }

    private string Find(string folder) => Directory.GetFiles(_folder.FullName, "*", SearchOption.AllDirectories)
        .Where(file => file.Contains($"{Path.DirectorySeparatorChar}{folder}{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal).First();

    /// <summary>Gets the name of an artifact in the store; the local disk escapes capital letters.</summary>
    private static string NameOf(string file) =>
        Path.GetFileName(file).Replace("@artifact", "", StringComparison.Ordinal).Replace("!t", "T", StringComparison.Ordinal);
}
