using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MlOps.Metrics;
using MlOps.Registry;
using MlOps.Serving;
using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;
using MlOps.Tracking;

namespace MlOps.DependencyInjection;

/// <summary>Tests settings of one item in two sources whose keys differ in case: JSON, and uppercase environment variables.</summary>
[NonParallelizable]
public sealed class SettingCaseTests
{
    // Only these tests read variables with this prefix.
    private const string Prefix = "MLOPSCASETEST_";

    [Test]
    public async Task Gates_of_an_alias_hold_together()
    {
        var registrations = new Registrations();
        await using var services = Build(
            """
            { "MlOps": { "Storage": { "Provider": "Memory" },
              "Registry": { "Aliases": { "production": { "Metrics": { "auc": { "AtLeast": 0.9 } } } } } } }
            """,
            ("MLOPS__REGISTRY__ALIASES__PRODUCTION__APPROVALS", "1"));
        var registry = services.GetRequiredService<IModelRegistry>();
        await registry.RegisterAsync("churn", registrations.Plain(auc: 0.1));
        registrations.Delete();

        var thrown = await Assert.ThrowsAsync<PromotionRefusedException>(() => registry.SetAliasAsync("churn", "production", 1));

        Assert.That(thrown!.FailedGates.Select(static gate => gate.Gate), Is.EqualTo(["metric", "approvals"]));
        Assert.That(services.GetRequiredService<IOptions<RegistryOptions>>().Value.Aliases, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Bounds_of_a_metric_hold_together()
    {
        await using var services = Build(
            """{ "MlOps": { "Registry": { "Aliases": { "production": { "Metrics": { "auc": { "AtLeast": 0.9 } } } } } } }""",
            ("MLOPS__REGISTRY__ALIASES__production__METRICS__AUC__MAXDECREASE", "0.02"));

        var gate = services.GetRequiredService<IOptions<RegistryOptions>>().Value.Aliases["Production"].Metrics.Single().Value;

        Assert.That((gate.AtLeast, gate.MaxDecrease), Is.EqualTo(((double?)0.9, (double?)0.02)));
    }

    [Test]
    public async Task Settings_of_a_model_hold_together()
    {
        await using var services = Build(
            """{ "MlOps": { "Models": { "churn": { "Alias": "champion", "OnInvalidFeature": { "age": "Reject" } } } } }""",
            ("MLOPS__MODELS__CHURN__POLLINTERVAL", "00:00:07"),
            ("MLOPS__MODELS__CHURN__ONINVALIDFEATURE__AGE", "Clamp"));

        var options = services.GetRequiredService<IOptionsMonitor<ServedModelOptions>>().Get("churn");

        Assert.That((options.Alias, options.PollInterval), Is.EqualTo(("champion", TimeSpan.FromSeconds(7))));
        Assert.That(options.OnInvalidFeature.Single().Value.ToString(), Is.EqualTo("Clamp"));
    }

    [Test]
    public async Task Settings_of_a_sink_hold_together()
    {
        await using var services = Build(
            """{ "MlOps": { "Metrics": { "Sinks": { "local": { "Type": "JsonLines", "Path": "first" } } } } }""",
            ("MLOPS__METRICS__SINKS__LOCAL__PATH", "second"));

        var sink = services.GetRequiredService<IOptions<MetricsOptions>>().Value.Sinks.Single();

        Assert.That(sink.Value.Type, Is.EqualTo("JsonLines"));
        Assert.That(services.GetRequiredService<IOptionsMonitor<JsonLinesSinkOptions>>().Get(sink.Key).Path, Is.EqualTo("second"));
    }

    [Test]
    public async Task A_store_prefers_the_key_that_is_not_uppercase()
    {
        using var folder = new TemporaryFolder();
        await using var services = Build(
            """{ "MlOps": { "Storage": { "Provider": "Memory", "archive": { "Type": "LocalDisk", "Root": "elsewhere" } } } }""",
            ("MLOPS__STORAGE__ARCHIVE__ROOT", folder.Path));

        Assert.That(services.GetRequiredKeyedService<IArtifactStore>("archive"), Is.Not.Null);
        Assert.That(services.GetRequiredService<IOptionsMonitor<LocalDiskStorageOptions>>().Get("archive").Root, Is.EqualTo(folder.Path));
    }

    [Test]
    public async Task A_store_keeps_a_key_that_is_only_uppercase()
    {
        await using var services = Build("""{ "MlOps": { "Storage": { "Provider": "Memory" } } }""", ("MLOPS__STORAGE__ARCHIVE__TYPE", "Memory"));

        Assert.That(services.GetRequiredKeyedService<IArtifactStore>("ARCHIVE"), Is.Not.Null);
    }

    [Test]
    public async Task A_captured_section_has_each_setting_once()
    {
        await using var services = Build(
            """
            { "MlOps": { "Storage": { "Provider": "Memory" }, "Tracking": { "CapturedSections": ["training", "Training"], "CaptureGit": false } },
              "Training": { "Rate": "0.1", "Depth": "3" } }
            """,
            ("TRAINING__RATE", "0.2"));
        await using var run = await services.GetRequiredService<IExperimentTracker>().StartRunAsync("churn");
        await run.EndAsync();

        var contents = await services.GetRequiredService<IExperimentTracker>().OpenRunAsync(run.Info);
        var settings = contents.Environment.Settings.Where(static setting => setting.Key.StartsWith("training", StringComparison.OrdinalIgnoreCase)).ToArray();

        var captured = settings.Select(static setting => $"{setting.Key} {setting.Value}".ToUpperInvariant());
        Assert.That(captured, Is.EquivalentTo(["TRAINING:RATE 0.2", "TRAINING:DEPTH 3"]));
    }

    private static ServiceProvider Build(string json, params (string Name, string Value)[] variables)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        foreach (var (name, value) in variables)
        {
            Environment.SetEnvironmentVariable(Prefix + name, value);
        }

        try
        {
            return new ServiceCollection().AddMlOps(new ConfigurationBuilder().AddJsonStream(stream).AddEnvironmentVariables(Prefix).Build())
                .AddModel("churn").Services.BuildServiceProvider();
        }
        finally
        {
            foreach (var (name, _) in variables)
            {
                Environment.SetEnvironmentVariable(Prefix + name, null);
            }
        }
    }
}
