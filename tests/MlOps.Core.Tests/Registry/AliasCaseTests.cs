using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using MlOps.Content;
using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Registry;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AliasCaseTests : IDisposable
{
    private readonly Registrations _registrations = new();
    private readonly InMemoryArtifactStore _store = new();

    public void Dispose() => _registrations.Delete();

    [TestCase("production")]
    [TestCase("Production")]
    [TestCase("PRODUCTION")]
    public async Task The_gates_of_an_alias_hold_in_any_case(string alias)
    {
        var registry = CreateRegistry(new MetricBounds { AtLeast = 0.9 });
        await registry.RegisterAsync("churn", _registrations.Plain(auc: 0.1));

        var thrown = await Assert.ThrowsAsync<PromotionRefusedException>(() => registry.SetAliasAsync("churn", alias, 1));

        Assert.That(thrown!.FailedGates.Single().Subject, Is.EqualTo("auc"));
        Assert.That((await registry.FindAsync("churn"))!.EvaluateGates(alias, 1).Single().Passed, Is.False);
    }

    [Test]
    public async Task Gates_of_a_file_and_of_environment_variables_in_capitals_hold_together()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?> { ["MlOps:Storage:Provider"] = "Memory", ["MlOps:Registry:Aliases:production:Metrics:auc:AtLeast"] = "0.9" })
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["MLOPS:REGISTRY:ALIASES:PRODUCTION:APPROVALS"] = "1",
                ["MLOPS:REGISTRY:ALIASES:PRODUCTION:METRICS:AUC:ATMOST"] = "0.99",
            })
            .Build();
        await using var services = new ServiceCollection().AddMlOps(configuration).Services.BuildServiceProvider();
        var registry = services.GetRequiredService<IModelRegistry>();
        await registry.RegisterAsync("churn", _registrations.Plain(auc: 0.1));

        var thrown = await Assert.ThrowsAsync<PromotionRefusedException>(() => registry.SetAliasAsync("churn", "production", 1));

        Assert.That(thrown!.FailedGates.Select(static gate => (gate.Gate, gate.Measured)), Is.EqualTo(new[] { ("metric", "0.1"), ("approvals", "none") }));
        Assert.That((await registry.FindAsync("churn"))!.EvaluateGates("Production", 1), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task An_alias_in_another_case_is_the_stored_alias()
    {
        var registry = new ModelRegistry(_store);
        await registry.RegisterAsync("churn", _registrations.Plain());
        await registry.RegisterAsync("churn", _registrations.Plain());
        await registry.SetAliasAsync("churn", "Production", 1);

        var model = await registry.SetAliasAsync("churn", "production", 2, expectedVersion: 1);

        Assert.That(model.Aliases.Keys, Is.EqualTo(["Production"]));
        Assert.That(model.Get("PRODUCTION").Number, Is.EqualTo(2));
        Assert.That((await registry.RollBackAsync("churn", "production")).Get("Production").Number, Is.EqualTo(1));
        Assert.That(await registry.SearchAsync("alias = 'production' and format = 'ONNX'").CountAsync(), Is.EqualTo(1));
        Assert.That(
            await registry.RenderCardAsync("churn", "production", alias: "production"), Does.Contain("Version 1 is deployed: `Production` points at it."));
        Assert.That((await registry.RemoveAliasAsync("churn", "production")).Aliases, Is.Empty);
        Assert.That(
            await registry.ReadHistoryAsync("churn").Cast<ModelEvent>().Select(static entry => entry.Alias).OfType<string>().Distinct().ToListAsync(),
            Is.EqualTo(["Production"]));
    }

    [Test]
    public async Task Stored_aliases_that_differ_only_in_case_are_reported_once_and_kept()
    {
        var logs = new FakeLogCollector();
        await using var services = new ServiceCollection().AddLogging(builder => builder.AddProvider(new FakeLoggerProvider(logs)))
            .AddMlOps(static options => options.Storage.Provider = "Mine").AddArtifactStore("Mine", _ => _store).Services.BuildServiceProvider();
        var registry = services.GetRequiredService<IModelRegistry>();
        await registry.RegisterAsync("churn", _registrations.Plain());
        await registry.RegisterAsync("churn", _registrations.Plain());
        await registry.SetAliasAsync("churn", "production", 1);
        using var records = new ModelRecords(
            _store, new ContentStore(_store, TimeProvider.System), "an older version", TimeProvider.System, NullLogger.Instance);
        await records.AppendAsync(
            "churn",
            static _ => new ModelEvent { Kind = ModelEventKind.AliasSet, Alias = "Production", Version = 2 },
            actorOrDefault: null,
            CancellationToken.None);

        var model = (await registry.FindAsync("churn"))!;
        await registry.FindAsync("churn");

        Assert.That((model.Get("production").Number, model.Get("Production").Number, model.Find("PRODUCTION")), Is.EqualTo((1, 2, (ModelVersion?)null)));
        Assert.That(
            logs.GetSnapshot().Where(static record => record.Level == LogLevel.Warning).Select(static record => record.Message).Single(),
            Does.StartWith("The model 'churn' has aliases that differ only in case: 'Production', 'production'."));
        Assert.That(
            (await Assert.ThrowsAsync<VersionConflictException>(() => registry.SetAliasAsync("churn", "PRODUCTION", 1)))!.Message,
            Does.Contain("ambiguous").And.Contain("'Production', 'production'"));
        Assert.That((await registry.RemoveAliasAsync("churn", "Production")).Get("PRODUCTION").Number, Is.EqualTo(1));
    }

    [Test]
    public async Task A_gate_suggests_the_nearest_metric_for_a_missing_metric()
    {
        var registry = CreateRegistry(new MetricBounds { AtLeast = 0.9 }, metric: "acu");
        await registry.RegisterAsync("churn", _registrations.Plain());

        var thrown = await Assert.ThrowsAsync<PromotionRefusedException>(() => registry.SetAliasAsync("churn", "production", 1));

        Assert.That(thrown!.Message, Does.Contain("metric 'acu': not recorded (did you mean 'auc'?), required: at least 0.9"));
    }

    [Test]
    public async Task A_gate_on_a_metric_with_an_ambiguous_name_uses_the_exact_name()
    {
        var registry = CreateRegistry(new MetricBounds { AtLeast = 0.5 }, metric: "AUC");
        var registration =
            new ModelRegistration { Format = "onnx", Files = [_registrations.File], Metrics = new Dictionary<string, double> { ["auc"] = 0.9, ["Auc"] = 0.1 } };
        await registry.RegisterAsync("churn", registration);

        Assert.That((await registry.FindAsync("churn"))!.EvaluateGates("production", 1).Single().Measured, Does.StartWith("not recorded (did you mean"));
    }

    [Test]
    public async Task An_alias_that_is_similar_to_a_gated_alias_is_set_with_a_warning()
    {
        var logs = new FakeLogCollector();
        await using var services = new ServiceCollection().AddLogging(builder => builder.AddProvider(new FakeLoggerProvider(logs)))
            .AddMlOps(static options => options.Storage.Provider = "Memory")
            .ConfigureRegistry(static options => options.Aliases["production"] = new PromotionPolicy { Approvals = 1 }).Services.BuildServiceProvider();
        var registry = services.GetRequiredService<IModelRegistry>();
        await registry.RegisterAsync("churn", _registrations.Plain());

        await registry.SetAliasAsync("churn", "producton", 1);

        Assert.That(
            logs.GetSnapshot().Single(static record => record.Level == LogLevel.Warning).Message,
            Does.Contain("'producton'").And.Contain("no gates").And.Contain("'production'"));
    }

    [TestCase("latest")]
    [TestCase("a b")]
    [TestCase("v1")]
    public async Task An_invalid_alias_is_refused_everywhere(string alias)
    {
        var registry = new ModelRegistry(_store);
        await registry.RegisterAsync("churn", _registrations.Plain());
        var model = (await registry.FindAsync("churn"))!;

        Assert.Throws<ArgumentException>(() => model.EvaluateGates(alias, 1));
        await Assert.ThrowsAsync<ArgumentException>(() => registry.RollBackAsync("churn", alias));
        await Assert.ThrowsAsync<ArgumentException>(() => registry.RemoveAliasAsync("churn", alias));
        await Assert.ThrowsAsync<ArgumentException>(() => registry.RenderCardAsync("churn", "1", alias));
        Assert.That(
            (await Assert.ThrowsAsync<VersionNotFoundException>(() => registry.GetVersionAsync("churn", alias)))!.Message,
            Does.Contain($"'{alias}' is not an alias: it "));
    }

    private ModelRegistry CreateRegistry(MetricBounds gate, string metric = "auc") =>
        new(_store, new RegistryOptions { Aliases = { ["production"] = new PromotionPolicy { Metrics = { [metric] = gate } } } });
}
