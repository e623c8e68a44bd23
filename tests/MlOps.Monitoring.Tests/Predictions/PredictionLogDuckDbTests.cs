using Amazon.S3;
using Azure.Storage.Blobs;
using DuckDB.NET.Data;
using MlOps.Datasets;
using MlOps.Storage;
using MlOps.Tests.Backends;

namespace MlOps.Monitoring.Predictions;

/// <summary>Data scientists read the files of the log with their own tools.</summary>
/// <remarks>The files of S3 and Azure are read as they are. Those of a local store are exported first.</remarks>
public sealed class PredictionLogDuckDbTests
{
    private string _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("mlops-log-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task DuckDb_reads_the_folder_of_a_model()
    {
        var fixture = CreateFixture();
        await fixture.LogAsync(Chunks.Create(1_000), Chunks.Create(100, Chunks.Start.AddDays(1), version: 2, seed: 2));
        await ExportAsync(fixture);

        var rows = Query(
            $"""
            SELECT version, count(*), count(DISTINCT prediction_id), min(time) = TIMESTAMPTZ '2026-11-30 12:00:00+00', sum("input.Age"),
                   count(*) FILTER ("output.PredictedLabel" = 'yes'), count("input.City")
            FROM read_parquet('{_folder}/predictions/churn/*/*.parquet', union_by_name=true) GROUP BY version ORDER BY version
            """);

        Assert.That(rows[0], Is.EqualTo(new object[] { 1, 1_000L, 1_000L, true, 519_500.0, 334L, 1_000L }));
        Assert.That(rows[1], Is.EqualTo(new object[] { 2, 100L, 100L, false, 6_950.0, 34L, 100L }));
    }

    [Test]
    public async Task DuckDb_sees_the_documented_columns()
    {
        var fixture = CreateFixture();
        await fixture.LogAsync(Chunks.Create(10));
        await ExportAsync(fixture);

        var rows = Query($"DESCRIBE SELECT * FROM read_parquet('{_folder}/predictions/churn/*/*.parquet')");

        Assert.That(rows.Select(static row => $"{row[0]} {row[1]}"), Is.EqualTo(new[]
        {
            "prediction_id VARCHAR", "time TIMESTAMP WITH TIME ZONE", "version INTEGER", "rejected BOOLEAN", "flagged BOOLEAN", "latency_ms DOUBLE",
            "sampled BOOLEAN", "input.Age DOUBLE", "input.City VARCHAR", "output.PredictedLabel VARCHAR", "output.Score DOUBLE",
        }));
    }

    [Test]
    public async Task DuckDb_distinguishes_nan_from_null()
    {
        var fixture = CreateFixture();
        await fixture.LogAsync(Chunks.Create(5, change: static chunk =>
            new[] { double.NaN, RowBatch.Missing, 5, double.PositiveInfinity, -1e308 }.CopyTo(chunk.Inputs.Numbers(0))));
        await ExportAsync(fixture);
        var table = $"read_parquet('{_folder}/predictions/churn/*/*.parquet')";

        var rows = Query($"""
            SELECT count(*) FILTER (isnan("input.Age")), count(*) FILTER ("input.Age" IS NULL), count(*) FILTER (isinf("input.Age")),
                   (SELECT count(*) FROM {table} WHERE "input.Age" = 5), (SELECT count(*) FROM {table} WHERE "input.Age" < 0),
                   (SELECT count(*) FROM {table} WHERE isnan("input.Age"))
            FROM {table}
            """);

        Assert.That(rows.Single(), Is.EqualTo(new object[] { 1L, 1L, 1L, 1L, 1L, 1L }));
    }

    [Test]
    public async Task DuckDb_joins_predictions_with_outcomes()
    {
        var fixture = CreateFixture();
        var chunk = Chunks.Create(100);
        await fixture.LogAsync(chunk);
        await fixture.Outcomes.RecordAsync("churn", Enumerable.Range(0, 60).Select(row => new Outcome(chunk.Ids[row], "yes")).ToAsyncEnumerable(), default);
        await ExportAsync(fixture);

        var rows = Query($"""
            SELECT count(*), count(o.actual_text),
                   avg(CASE WHEN o.actual_text = p."output.PredictedLabel" THEN 1.0 ELSE 0.0 END) FILTER (o.actual_text IS NOT NULL)
            FROM read_parquet('{_folder}/predictions/churn/*/*.parquet') p
            LEFT JOIN read_parquet('{_folder}/outcomes/churn/*/*.parquet') o USING (prediction_id)
            """);

        Assert.That(rows.Single(), Is.EqualTo(new object[] { 100L, 60L, 20.0 / 60 }));
    }

    [Test]
    [Category("Backend")]
    public async Task DuckDb_reads_the_objects_of_s3_as_they_are()
    {
        var server = await MotoServer.RequireAsync();
        var bucket = S3Server.NewBucketName();
        using var store = new S3ArtifactStore(new S3StorageOptions
        {
            ServiceUrl = server.ServiceUrl,
            Bucket = bucket,
            AccessKey = server.AccessKey,
            SecretKey = server.SecretKey,
            CreateIfMissing = true,
        });
        await new LogFixture(store).LogAsync(Chunks.Create(1_000));
        var client = store.GetService<IAmazonS3>()!;
        var path = await store.ListAsync(ArtifactPath.Parse("predictions/churn/2026-11-30")).Select(static entry => entry.Path.ToString()).SingleAsync();

        using var response = await client.GetObjectAsync(bucket, path);
        await response.WriteResponseStreamToFileAsync(Path.Combine(_folder, "raw.parquet"), append: false, default);

        Assert.That(response.Headers.ContentType, Is.EqualTo("application/vnd.apache.parquet"));
        var rows = Query($"SELECT count(*), sum(\"input.Age\") FROM read_parquet('{_folder}/raw.parquet')");
        Assert.That(rows.Single(), Is.EqualTo(new object[] { 1_000L, 519_500.0 }));
    }

    [Test]
    [Category("Backend")]
    public async Task DuckDb_reads_the_blobs_of_azure_as_they_are()
    {
        await using var server = await AzuriteServer.RequireAsync();
        var container = new BlobContainerClient(server.ConnectionString, AzuriteServer.NewContainerName());
        using var store = new AzureBlobArtifactStore(new AzureBlobStorageOptions
        {
            ConnectionString = server.ConnectionString,
            Container = container.Name,
            CreateIfMissing = true,
        });
        await new LogFixture(store).LogAsync(Chunks.Create(1_000));
        var path = await store.ListAsync(ArtifactPath.Parse("predictions/churn/2026-11-30")).Select(static entry => entry.Path.ToString()).SingleAsync();

        await container.GetBlobClient(path).DownloadToAsync(Path.Combine(_folder, "raw.parquet"));

        var rows = Query($"SELECT count(*), sum(\"input.Age\") FROM read_parquet('{_folder}/raw.parquet')");
        Assert.That(rows.Single(), Is.EqualTo(new object[] { 1_000L, 519_500.0 }));
    }

    private static List<object[]> Query(string sql)
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    private LogFixture CreateFixture() => new(new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = Path.Combine(_folder, "store") }));

    private async Task ExportAsync(LogFixture fixture)
    {
        var export = new PredictionLogExport(fixture.Store);
        var copied = await export.ExportAsync("churn", Chunks.Start, Chunks.Start.AddDays(3), _folder, default);
        Assert.That(copied, Is.GreaterThan(0));
        Assert.That(await export.ExportAsync("churn", Chunks.Start, Chunks.Start.AddDays(3), _folder, default), Is.Zero, "files do not change");
    }
}
