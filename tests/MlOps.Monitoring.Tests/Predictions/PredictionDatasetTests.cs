using Microsoft.Extensions.DependencyInjection;
using MlOps.Datasets;
using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

public sealed class PredictionDatasetTests
{
    [Test]
    public async Task A_period_becomes_a_dataset_version_with_features_and_outcomes()
    {
        await using var services = CreateServices();
        var fixture = new LogFixture(services.GetRequiredService<IArtifactStore>());
        var chunk = Chunks.Create(10, change: static chunk => chunk.Reject(9));
        await fixture.LogAsync(chunk, Chunks.Create(5, Chunks.Start.AddDays(2), seed: 2));
        await fixture.Outcomes.RecordAsync("churn", chunk.Ids.Take(6).Select(static id => new Outcome(id, "yes")).ToAsyncEnumerable(), default);
        var datasets = services.GetRequiredService<IDatasetStore>();

        var version = await new PredictionDatasets(fixture.CreateJoin(), datasets)
            .CreateAsync("churn", Chunks.Start, Chunks.Start.AddDays(1), "churn-november", "actual", onlyWithOutcome: false, default);

        var table = await ReadAsync(datasets, version);
        Assert.Multiple(() =>
        {
            Assert.That(version.Tags["model"], Is.EqualTo("churn"));
            Assert.That(version.Source, Is.EqualTo("predictions/churn"));
            Assert.That(table.Keys, Is.EqualTo(new[]
            {
                "prediction_id", "time", "version", "flagged", "Age", "City", "output.PredictedLabel", "output.Score", "actual",
            }));
            Assert.That(table["prediction_id"], Is.EqualTo(chunk.Ids[..9].Select(static id => id.ToString())), "without the rejected prediction");
            Assert.That(table["Age"], Is.EqualTo(Enumerable.Range(20, 9)));
            Assert.That(table["actual"], Is.EqualTo(Enumerable.Repeat("yes", 6).Concat(Enumerable.Repeat((string?)null, 3))));
        });
    }

    [Test]
    public async Task Predictions_without_an_outcome_can_be_omitted()
    {
        await using var services = CreateServices();
        var fixture = new LogFixture(services.GetRequiredService<IArtifactStore>());
        var chunk = Chunks.Create(10);
        await fixture.LogAsync(chunk);
        await fixture.Outcomes.RecordAsync("churn", chunk.Ids.Take(6).Select(static (id, row) => new Outcome(id, row)).ToAsyncEnumerable(), default);
        var datasets = services.GetRequiredService<IDatasetStore>();

        var version = await new PredictionDatasets(fixture.CreateJoin(), datasets)
            .CreateAsync("churn", Chunks.Start, Chunks.Start.AddDays(1), "churn-november", "Label", onlyWithOutcome: true, default);

        Assert.That((await ReadAsync(datasets, version))["Label"], Is.EqualTo(new[] { 0.0, 1, 2, 3, 4, 5 }));
    }

    [Test]
    public async Task A_column_with_two_types_becomes_text()
    {
        await using var services = CreateServices();
        var fixture = new LogFixture(services.GetRequiredService<IArtifactStore>());
        await fixture.LogAsync(Chunks.Create(1));
        fixture.Options = new LogOptions { SampleRate = 1, Hash = { "Age" }, Exclude = { "City" }, HashKey = "a secret of the team" };
        await fixture.LogAsync(Chunks.Create(1, Chunks.Start.AddHours(1), seed: 2));
        var datasets = services.GetRequiredService<IDatasetStore>();

        var version = await new PredictionDatasets(fixture.CreateJoin(), datasets)
            .CreateAsync("churn", Chunks.Start, Chunks.Start.AddDays(1), "churn-november", "actual", onlyWithOutcome: false, default);

        var table = await ReadAsync(datasets, version);
        Assert.That(table["Age"], Has.Length.EqualTo(2).And.Some.EqualTo("20"));
        Assert.That(table["City"], Is.EquivalentTo(new[] { "Bonn", null }));
    }

    [Test]
    public async Task An_empty_period_is_an_error_that_names_the_remedy()
    {
        await using var services = CreateServices();
        var fixture = new LogFixture(services.GetRequiredService<IArtifactStore>());
        var datasets = new PredictionDatasets(fixture.CreateJoin(), services.GetRequiredService<IDatasetStore>());

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => datasets.CreateAsync("churn", Chunks.Start, Chunks.Start.AddDays(1), "churn-november", "actual", onlyWithOutcome: false, default));

        Assert.That(exception!.Message, Does.Contain("'churn'").And.Contain("Log:SampleRate"));
    }

    [Test]
    public async Task A_feature_with_the_name_of_another_column_is_refused()
    {
        await using var services = CreateServices();
        var fixture = new LogFixture(services.GetRequiredService<IArtifactStore>());
        await fixture.LogAsync(Chunks.Create(1));
        var datasets = new PredictionDatasets(fixture.CreateJoin(), services.GetRequiredService<IDatasetStore>());

        var exception = await Assert.ThrowsAsync<ArgumentException>(
            () => datasets.CreateAsync("churn", Chunks.Start, Chunks.Start.AddDays(1), "churn-november", "City", onlyWithOutcome: false, default));

        Assert.That(exception!.Message, Does.Contain("'City'"));
    }

    private static ServiceProvider CreateServices()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMlOps(static options => options.Storage.Provider = "one").AddInMemoryStorage("one");
        return services.BuildServiceProvider();
    }

    private static async Task<Dictionary<string, object?[]>> ReadAsync(IDatasetStore datasets, DatasetVersion version)
    {
        var folder = Directory.CreateTempSubdirectory("mlops-log-").FullName;
        try
        {
            await (await datasets.OpenAsync(version.Reference)).RestoreAsync(folder);
            var store = new InMemoryArtifactStore();
            var path = ArtifactPath.Parse("file");
            await store.UploadFileAsync(path, Path.Combine(folder, PredictionDatasets.FileName));
            await using var file = await LogFileReader.OpenAsync(store, path, default);
            using var group = file.OpenGroup(0, out _);
            var table = new Dictionary<string, object?[]>();
            foreach (var name in file.Names)
            {
                table[name] = name switch
                {
                    "time" => [.. (await file.ReadTimesAsync(group, name, default)).Cast<object?>()],
                    "version" => [.. (await file.ReadIntegersAsync(group, name, default)).Cast<object?>()],
                    _ when file.IsText(name) => [.. await file.ReadTextsAsync(group, name, default)],
                    _ => [.. (await file.ReadNumbersAsync(group, name, default)).Cast<object?>()],
                };
            }

            return table;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
