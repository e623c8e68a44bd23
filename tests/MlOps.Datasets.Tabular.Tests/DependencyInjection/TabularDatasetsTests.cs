using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MlOps.Datasets;

namespace MlOps.DependencyInjection;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TabularDatasetsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlops-tabular-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task The_dialect_comes_from_the_section_and_then_from_code()
    {
        await using var provider = Build(static options => options.NullTexts.Add("-"), ("MlOps:Datasets:Csv:DecimalSeparator", ","),
            ("MlOps:Datasets:Csv:NullTexts:0", "NA"));

        var column = await ProfileAsync(provider, "a;b\n1,5;x\nNA;x\n-;x\n");

        Assert.That((column.Mean, column.Nulls), Is.EqualTo((1.5, 2L)));
    }

    [TestCase("DecimalSeparator", ";", "MlOps:Datasets:Csv:DecimalSeparator is ';'. Set it to '.' or ','.")]
    [TestCase("Delimiter",
        ";;", "MlOps:Datasets:Csv:Delimiter is a text of 2 characters, which is not shown because it may be confidential. Set it to one character.")]
    [TestCase("Delimiter", "a", "MlOps:Datasets:Csv:Delimiter is 'a', which cannot separate fields")]
    [TestCase("DuplicateNames", "Merge", "MlOps:Datasets:Csv:DuplicateNames is 'Merge'. Set it to Fault or Rename")]
    [TestCase("Decimal", ",", "'MlOps:Datasets:Csv:Decimal' is not a known setting")]
    public void Invalid_settings_and_unknown_keys_are_reported_with_their_path(string key, string value, string message)
    {
        using var provider = Build(configure: null, ($"MlOps:Datasets:Csv:{key}", value));

        var thrown = Assert.Throws<OptionsValidationException>(() => _ = provider.GetRequiredService<IOptions<MlOpsOptions>>().Value)!;

        Assert.That(thrown.Message, Does.Contain(message));
    }

    [Test]
    public async Task Readers_of_a_snapshot_take_precedence_over_registered_readers()
    {
        await using var provider = Build(configure: null);

        var column = await ProfileAsync(provider, "a;b\n1,5;x\n", new CsvTableReader(), new CsvTableReader(new CsvTableOptions { DecimalSeparator = ',' }));

        Assert.That(column.Mean, Is.EqualTo(1.5));
    }

    [Test]
    public async Task A_changed_dialect_reads_an_unchanged_file_again()
    {
        await using var provider = Build(configure: null);

        var first = await ProfileAsync(provider, "a;b\n1,5;x\n");
        var second = await ProfileAsync(provider, "a;b\n1,5;x\n", new CsvTableReader(new CsvTableOptions { DecimalSeparator = ',' }));

        Assert.That((first.Type, second.Type), Is.EqualTo((ColumnType.String, ColumnType.Number)));
    }

    [Test]
    public async Task Exact_figures_and_faults_are_stored()
    {
        await using var provider = Build(configure: null);

        var id = await ProfileAsync(provider, "id\n9007199254740993\n");
        var time = await ProfileAsync(provider, "t\n2026-03-01\ninfinity\n");

        Assert.That((id.ExactMinimum, id.ExactMaximum), Is.EqualTo(((Int128?)9007199254740993, (Int128?)9007199254740993)));
        Assert.That(time.Fault, Does.StartWith("1 values of the column 't' are infinite"));
    }

    [Test]
    public async Task Differences_of_large_integers_are_printed_with_all_digits()
    {
        await using var provider = Build(configure: null);
        _ = await ProfileAsync(provider, "id\n9007199254740992\n");
        _ = await ProfileAsync(provider, "id\n9007199254740993\n");

        var diff = await provider.GetRequiredService<IDatasetStore>().DiffAsync(new DatasetReference("d", 1), new DatasetReference("d", 2));

        Assert.That(diff.ToString(), Does.Contain("minimum 9007199254740992 → 9007199254740993"));
    }

    [Test]
    public async Task Profiles_with_and_without_exact_figures_are_equal()
    {
        await using var provider = Build(configure: null);
        _ = await ProfileAsync(provider, "1", new FixedReader(new ColumnProfile
        {
            Name = "id",
            Type = ColumnType.Integer,
            Nulls = 0,
            Minimum = 5,
            Maximum = 5
        }));
        _ = await ProfileAsync(
            provider, "2", new FixedReader(new ColumnProfile
            {
                Name = "id",
                Type = ColumnType.Integer,
                Nulls = 0,
                Minimum = 5,
                Maximum = 5,
                ExactMinimum = 5,
                ExactMaximum = 5
            }));

        var diff = await provider.GetRequiredService<IDatasetStore>().DiffAsync(new DatasetReference("d", 1), new DatasetReference("d", 2));

        Assert.That(diff.Tables.Single().ChangedColumns, Is.Empty);
    }

    private static ServiceProvider Build(Action<CsvTableOptions>? configure, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Append(("MlOps:Storage:Provider", "memory")).Select(static setting => KeyValuePair.Create(setting.Item1,
                (string?)setting.Item2))).Build();
        var services = new ServiceCollection();
        services.AddMlOps(configuration).AddInMemoryStorage("memory").AddTabularDatasets(configure);
        return services.BuildServiceProvider();
    }

    private async Task<ColumnProfile> ProfileAsync(ServiceProvider provider, string text, params ITableReader[] readers)
    {
        var file = Path.Combine(_folder, "a.csv");
        await File.WriteAllTextAsync(file, text);
        var datasets = provider.GetRequiredService<IDatasetStore>();
        var version = await datasets.SnapshotAsync("d", new DatasetSnapshot { Files = [file], Readers = readers, AllowUnchanged = true });
        return (await datasets.OpenAsync(version.Reference)).Tables.Single().Profile!.Columns[0];
    }

    private sealed class FixedReader(ColumnProfile column) : ITableReader
    {
        public string Name => "fixed";

        public bool CanRead(string path) => true;

        public Task<TableProfile> ReadAsync(Stream content, string path,
            CancellationToken cancellationToken = default) => Task.FromResult(new TableProfile { Rows = 1, Columns = [column] });
    }
}
