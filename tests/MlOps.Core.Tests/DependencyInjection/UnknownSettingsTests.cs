using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Datasets;
using MlOps.Maintenance;
using MlOps.Metrics;
using MlOps.Registry;
using MlOps.Serving;
using MlOps.Storage;
using MlOps.Tracking;
using MlOps.Workflows;

namespace MlOps.DependencyInjection;

[NonParallelizable]
public sealed class UnknownSettingsTests
{
    private const string Variable = "MLOPS__REGISTRY__ALIASES__PRODUCTION__APROVALS";

    [TestCase("Registry:Aliases:production:Aprovals", "2", "Registry:Aliases:production:Approvals")]
    [TestCase("Registry:Aliases:production:Metric:auc:AtLeast", "0.9", "Registry:Aliases:production:Metrics", "Registry:Aliases:production:Metric")]
    [TestCase("Registry:Aliases:production:CompatibleSignatures", "true", "Registry:Aliases:production:CompatibleSignature")]
    [TestCase("Registry:Aliases:production:Metrics:auc:AtLest", "0.9", "Registry:Aliases:production:Metrics:auc:AtLeast")]
    [TestCase("Registry:Alias:production:Approvals", "2", "Registry:Aliases", "Registry:Alias")]
    [TestCase("Models:iris:Alais", "staging", "Models:iris:Alias")]
    [TestCase("Models:other:Alais", "staging", "Models:other:Alias")]
    [TestCase("Storage:Providr", "S3", "Storage:Provider")]
    [TestCase("Storage:LocalDisk:Rot", "data", "Storage:LocalDisk:Root")]
    [TestCase("Metrics:Sinks:JsonLines:Paht", "metrics", "Metrics:Sinks:JsonLines:Path")]
    [TestCase("Metrics:Sinks:Log:Typ", "Log", "Metrics:Sinks:Log:Type")]
    [TestCase("Metrics:Sinks:Log:FlushIntervall", "00:00:05", "Metrics:Sinks:Log:FlushInterval")]
    [TestCase("Metrics:ShutdownTimeOuts", "00:00:05", "Metrics:ShutdownTimeout")]
    [TestCase("Content:Cahce:Folder", "cache", "Content:Cache", "Content:Cahce")]
    [TestCase("Tracking:CaptureGits", "true", "Tracking:CaptureGit")]
    [TestCase("Serving:CachFolder", "models", "Serving:CacheFolder")]
    [TestCase("Storge:Provider", "S3", "Storage", "Storge")]
    public async Task A_key_that_no_option_reads_stops_the_start_with_its_path_and_the_nearest_name(string key, string value, string nearest,
        string? reported = null)
    {
        var run = await StartAsync((key, value));

        Assert.That(run.Failures, Does.Contain($"'MlOps:{reported ?? key}' is not a known setting. Did you mean 'MlOps:{nearest}'? Rename or remove the key."));
    }

    [TestCase("Bukket", "'MlOps:Bukket' is not a known setting.")]
    [TestCase("Provider", "'MlOps:Provider' is not a known setting. Did you mean 'MlOps:Storage:Provider'?")]
    [TestCase("Storage:Root", "'MlOps:Storage:Root' is not a known setting. Did you mean 'MlOps:Storage:LocalDisk:Root'?")]
    [TestCase("Storage:Memory:Root", "'MlOps:Storage:Memory:Root' is not a known setting.")]
    [TestCase("Serving:Threads", "'MlOps:Serving:Threads' is not a known setting. The settings of 'MlOps:Serving' are 'CacheFolder', 'MemoryBudget'.")]
    public async Task A_key_at_a_level_where_nothing_reads_it_stops_the_start(string key, string message)
    {
        var run = await StartAsync((key, "x"));

        Assert.That(run.Failures.Single(), Does.StartWith(message).And.EndsWith("Rename or remove the key."));
    }

    [Test]
    public async Task All_unknown_keys_and_wrong_values_are_reported_at_once()
    {
        var run = await StartAsync(("Storge", "x"), ("Models:iris:Alais", "x"), ("Models:iris:Start", "x"), ("Storage:Provider", "x"), ("Registry:Actr", "x"));

        Assert.That(run.Failures, Has.Count.EqualTo(5));
    }

    [TestCase("MlOp:Storage:Provider", "'MlOp' is not a known section. Did you mean 'MlOps'?")]
    [TestCase("MLOPS_STORAGE_PROVIDER", "'MLOPS_STORAGE_PROVIDER' is not a known setting. Did you mean 'MLOPS__STORAGE__PROVIDER'?")]
    [TestCase("MlOps.Storage.Provider", "'MlOps.Storage.Provider' is not a known setting. Did you mean 'MlOps__Storage__Provider'?")]
    public async Task A_misspelt_root_key_stops_the_start(string key, string message)
    {
        var run = await SettingsRun.StartAsync(static builder => builder, new ConfigurationBuilder().AddInMemoryCollection([new(key, "S3")]).Build());

        Assert.That(run.Failures.Single(), Does.StartWith(message));
    }

    [TestCase("MLOPS_TEST_BACKENDS")]
    [TestCase("DevOps:Storage")]
    [TestCase("mlops")]
    public async Task Other_root_keys_are_ignored(string key)
    {
        var run = await SettingsRun.StartAsync(static builder => builder, new ConfigurationBuilder().AddInMemoryCollection([new(key, "")]).Build());

        Assert.That(run.Failures, Is.Empty);
    }

    [Test]
    public async Task Settings_of_a_configuration_that_a_later_call_replaces_stop_the_start()
    {
        var earlier = new ConfigurationBuilder()
            .AddInMemoryCollection([new("MlOps:Registry:Aliases:production:Approvals", "2"), new("MlOps:Storage:LocalDisk:Root", "data")]).Build();
        var last = new ConfigurationBuilder().AddInMemoryCollection([new("MlOps:Storage:LocalDisk:Root", "data")]).Build();
        await using var services = new ServiceCollection().AddMlOps(earlier).Services.AddMlOps(last).Services.BuildServiceProvider();

        var thrown = Assert.Throws<OptionsValidationException>(() => _ = services.GetRequiredService<IModelRegistry>())!;

        Assert.That(thrown.Failures.Single(),
            Does.StartWith("'MlOps:Registry:Aliases:production:Approvals' is set in the configuration of an earlier AddMlOps call"));
    }

    [Test]
    public async Task A_provider_whose_section_has_no_type_is_reported_with_the_types()
    {
        var run = await StartAsync(("Storage:Provider", "Archive"), ("Storage:Archive:Root", "data"));

        Assert.That(run.Failures.Single(), Is.EqualTo(
            "MlOps:Storage:Provider is 'Archive', but the section of this store has no Type. Set MlOps:Storage:Archive:Type to one of 'LocalDisk', 'Memory'."));
    }

    [Test]
    public async Task Keys_match_ignoring_case_and_are_shown_in_the_spelling_of_the_options()
    {
        Environment.SetEnvironmentVariable(Variable, "2");
        try
        {
            var run = await SettingsRun.StartAsync(static builder => builder, new ConfigurationBuilder().AddEnvironmentVariables().Build());

            Assert.That(run.Failures, Is.EqualTo(
                ["'MlOps:Registry:Aliases:PRODUCTION:APROVALS' is not a known setting. "
                + "Did you mean 'MlOps:Registry:Aliases:PRODUCTION:Approvals'? Rename or remove the key."]));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [Test]
    public async Task Known_keys_in_capitals_are_read()
    {
        var run = await StartAsync(("REGISTRY:ALIASES:PRODUCTION:APPROVALS", "2"), ("MODELS:IRIS:ALIAS", "staging"), ("STORAGE:LOCALDISK:ROOT", "data"),
            ("METRICS:SINKS:METER:MAXSERIES", "7"));

        Assert.That(run.Failures, Is.Empty);
    }

    [TestCase(typeof(IArtifactStore))]
    [TestCase(typeof(IModelRegistry))]
    [TestCase(typeof(IDatasetStore))]
    [TestCase(typeof(IExperimentTracker))]
    [TestCase(typeof(IExperimentStore))]
    [TestCase(typeof(IRunReproducer))]
    [TestCase(typeof(IWorkflowRunner))]
    [TestCase(typeof(IStoreMaintenance))]
    [TestCase(typeof(IMetricsRecorder))]
    [TestCase(typeof(IModel))]
    [TestCase(typeof(IArtifactStore), "Memory")]
    [TestCase(typeof(IModelRegistry), "LocalDisk")]
    public async Task Without_a_host_the_first_service_throws(Type service, string? key = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("MlOps:Tracking:CaptureGitt", "true")]).Build();
        await using var services = new ServiceCollection().AddMlOps(configuration).AddModel<Row, Row>("iris").Services.BuildServiceProvider();

        var thrown = Assert.Throws<OptionsValidationException>(() => _ = key is null ? services.GetRequiredService(service)
            : services.GetRequiredKeyedService(service, key))!;

        Assert.That(thrown.Message, Does.Contain("'MlOps:Tracking:CaptureGitt'").And.Contain("'MlOps:Tracking:CaptureGit'"));
    }

    [Test]
    public async Task Sections_of_packages_that_are_not_referenced_are_known()
    {
        var run = await StartAsync(
            ("Storage:S3:Bucket", "acme"), ("Storage:AzureBlob:Container", "acme"), ("Onnx:IntraOpThreads", "1"), ("MLNet:MaxEntries", "1"));

        Assert.That(run.Failures, Is.Empty);
        Assert.That(Messages(run, LogLevel.Information), Has.Some.EqualTo(
            "MlOps:Storage:S3 has settings, but its package is not registered. Add the package MlOps.Storage.S3 and the call AddS3Storage() to use them."));
    }

    [TestCase("Models:irsi:Alias", "staging", "The section 'MlOps:Models:irsi' has a name that is not registered. Did you mean 'MlOps:Models:iris'?")]
    [TestCase("Storage:LocalDsk:Root", "data",
        "The section 'MlOps:Storage:LocalDsk' has a name that is not registered. Did you mean 'MlOps:Storage:LocalDisk'?")]
    [TestCase("Storage:AzureBlub:Container", "data",
        "The section 'MlOps:Storage:AzureBlub' has a name that is not registered. Did you mean 'MlOps:Storage:AzureBlob'?")]
    [TestCase("Metrics:Sinks:JsonLine:Path", "data",
        "The section 'MlOps:Metrics:Sinks:JsonLine' has a name that is not registered. Did you mean 'MlOps:Metrics:Sinks:JsonLines'?")]
    [TestCase("Registry:Aliases:prodution:Approvals", "1",
        "The section 'MlOps:Registry:Aliases:prodution' has a name that is not registered. Did you mean 'MlOps:Registry:Aliases:production'?")]
    public async Task A_name_close_to_a_registered_one_without_a_section_stops_the_start(string key, string value, string message)
    {
        var run = await StartAsync((key, value));

        Assert.That(run.Failures.Single(), Does.StartWith(message));
    }

    [Test]
    public async Task A_misspelled_alias_stops_the_start_of_a_program_without_models()
    {
        var run = await SettingsRun.StartAsync(("Registry:Aliases:prodution:Approvals", "1"));

        Assert.That(run.Failures.Single(), Does.Contain("Did you mean 'MlOps:Registry:Aliases:production'?"));
    }

    [TestCase("Models:irsi:Alias", "staging", "Models:iris:Alias", "staging", "'iris'")]
    [TestCase("Models:churn:Alias", "staging", "Models:iris:Alias", "staging", "Register it with AddModel<TInput, TOutput>(\"churn\")")]
    [TestCase("Models:iris2:Alias", "staging", "Strict", "true", "Registered names are 'iris'")]
    [TestCase("Models:iris-a:Alias", "staging", "Strict", "true", "Registered names are 'iris'")]
    [TestCase("Storage:archive:Root", "data", "Strict", "true",
        "Registered names are 'LocalDisk', 'Memory'. Register it with an Add…Storage(\"archive\") call")]
    [TestCase("Metrics:Sinks:Statsd:BatchSize", "1", "Strict", "true", "Register it with AddMetricsSink(\"Statsd\", …)")]
    [TestCase("Registry:Aliases:canary:Approvals", "1", "Strict", "true", "Registered names are 'production'")]
    public async Task Any_other_name_that_is_not_registered_is_one_line_in_the_log(string key, string value, string otherKey, string otherValue,
        string expected)
    {
        var run = await StartAsync((key, value), (otherKey, otherValue));

        Assert.That(run.Failures, Is.Empty);
        Assert.That(Messages(run, LogLevel.Information).Where(static message => message.Contains("is not registered in this program", StringComparison.Ordinal))
            .Single(), Does.Contain(expected));
    }

    [Test]
    public async Task Without_Strict_unknown_keys_and_near_names_are_warnings_once()
    {
        var run = await StartAsync(("Strict", "false"), ("Storage:Providr", "S3"), ("Models:irsi:Alias", "staging"));

        Assert.That(run.Failures, Is.Empty);
        Assert.That(Messages(run, LogLevel.Warning), Has.Exactly(1).Contains("'MlOps:Storage:Providr'").And.Exactly(1).Contains("'MlOps:Models:irsi'"));
    }

    [Test]
    public async Task Code_may_set_Strict()
    {
        var run = await SettingsRun.StartAsync(static builder => builder.Services.AddMlOps(static options => options.Strict = false),
            ("Storage:Providr", "S3"));

        Assert.That(run.Failures, Is.Empty);
    }

    [Test]
    public async Task Settings_of_options_that_a_package_adds_are_known()
    {
        var run = await SettingsRun.StartAsync(
            static builder => builder.AddOptions<AcmeOptions>("Acme", static (section, options) => section.Bind(options)),
            ("Acme:Name", "x"), ("Acme:Inner:Count", "1"), ("Acme:Inner:Cuont", "1"), ("Acme:Fixed", "1"), ("Acme:Code", "x"));

        Assert.That(run.Failures, Has.Count.EqualTo(3)
            .And.Some.Contains("'MlOps:Acme:Inner:Cuont' is not a known setting. Did you mean 'MlOps:Acme:Inner:Count'?")
            .And.Some.Contains("'MlOps:Acme:Fixed' is not a known setting")
            .And.Some.Contains("'MlOps:Acme:Code' is not a known setting"));
    }

    private static Task<SettingsRun> StartAsync(params (string Key, string? Value)[] settings) => SettingsRun.StartAsync(
        static builder => builder.AddModel<Row, Row>("iris", static model => model.Start = ModelStartMode.Lazy), settings);

    private static IEnumerable<string> Messages(SettingsRun run, LogLevel level) => run.Log.GetSnapshot().Where(record => record.Level == level)
        .Select(static record => record.Message);

    private sealed class Row
    {
        public float Amount { get; set; }
    }

    private sealed class AcmeOptions
    {
        public string? Name { get; set; }

        public int Fixed { get; }

        public Inner Inner { get; } = new();

        public IList<Type> Code { get; } = [];
    }

    private sealed class Inner
    {
        public int Count { get; set; }
    }
}
