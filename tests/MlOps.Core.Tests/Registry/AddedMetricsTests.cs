using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Registry;

/// <summary>Metrics that are added to a version after its registration.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AddedMetricsTests : IDisposable
{
    private readonly InMemoryArtifactStore _store = new();
    private readonly Registrations _registrations = new();
    private readonly ModelRegistry _registry;

    public AddedMetricsTests() => _registry = new ModelRegistry(
        _store, new RegistryOptions { Aliases = { ["production"] = new PromotionPolicy { Metrics = { ["f1"] = new MetricGate { AtLeast = 0.5 } } } } });

    [SetUp]
    public Task RegisterAsync() => _registry.RegisterAsync("churn", _registrations.Plain(auc: 0.9));

    public void Dispose() => _registrations.Delete();

    [Test]
    public async Task Added_metrics_are_those_of_the_version_and_pass_gates()
    {
        await Assert.ThrowsAsync<PromotionRefusedException>(() => _registry.SetAliasAsync("churn", "production", 1));

        await AddAsync(("f1", 0.8), ("loss", double.NaN), ("auc", 0.9));

        await _registry.SetAliasAsync("churn", "production", 1);
        var metrics = (await new ModelRegistry(_store).GetVersionAsync("churn", "production")).Metrics;
        Assert.That(metrics, Is.EquivalentTo(new Dictionary<string, double> { ["auc"] = 0.9, ["f1"] = 0.8, ["loss"] = double.NaN }));
        Assert.That(await _registry.SearchAsync("metrics.f1 > 0.7").CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task The_history_has_the_metrics_and_the_actor()
    {
        await AddAsync(("f1", 0.8));

        var added = await _registry.ReadHistoryAsync("churn").Cast<ModelEvent>().LastAsync();

        Assert.That((added.Kind, added.Version, added.Metrics!["f1"], added.Actor), Is.EqualTo((ModelEventKind.MetricsAdded, (int?)1, 0.8, "grace")));
    }

    [Test]
    public async Task A_recorded_value_is_not_replaced_and_both_values_are_named()
    {
        var thrown = await Assert.ThrowsAsync<ArgumentException>(() => AddAsync(("f1", 0.5), ("auc", 0.95)));

        Assert.That(thrown!.Message, Is.EqualTo("Version 1 of the model 'churn' has the metric 'auc' with the value 0.9, and it cannot become 0.95: "
            + "a recorded measurement does not change. Add it by another name."));
        Assert.That((await _registry.GetVersionAsync("churn", "1")).Metrics.Keys, Is.EqualTo(["auc"]));
    }

    [Test]
    public async Task The_same_value_again_is_accepted_and_not_a_number_equals_itself()
    {
        await AddAsync(("loss", double.NaN));

        await AddAsync(("loss", double.NaN), ("auc", 0.9));

        Assert.That((await _registry.GetVersionAsync("churn", "1")).Metrics.Keys, Is.EquivalentTo(["auc", "loss"]));
    }

    [Test]
    public async Task A_name_that_differs_in_case_alone_is_refused_because_a_gate_could_not_choose()
    {
        var recorded = await Assert.ThrowsAsync<ArgumentException>(() => AddAsync(("AUC", 0.95)));
        var added = await Assert.ThrowsAsync<ArgumentException>(() => AddAsync(("f1", 0.9), ("F1", 0.1)));

        Assert.That(recorded!.Message, Does.Contain("cannot have the metric 'AUC' beside 'auc'"));
        Assert.That(added!.Message, Does.Contain("cannot have the metric 'f1' beside 'F1'"));
    }

    [Test]
    public async Task A_name_of_a_metric_follows_the_rules_of_registration() =>
        Assert.That((await Assert.ThrowsAsync<ArgumentException>(() => AddAsync(("a\nb", 1))))!.Message, Does.Contain("metric"));

    [Test]
    public async Task An_archived_version_and_one_in_use_are_given_metrics_and_a_missing_one_is_not()
    {
        await _registry.SetAliasAsync("churn", "staging", 1);
        await AddAsync(("f1", 0.8));
        await _registry.RemoveAliasAsync("churn", "staging");
        await _registry.ArchiveAsync("churn", 1);

        var model = await AddAsync(("f2", 0.7));

        Assert.That((model.Versions[0].Status, model.Versions[0].Metrics.Count), Is.EqualTo((ModelVersionStatus.Archived, 3)));
        await Assert.ThrowsAsync<VersionNotFoundException>(() => _registry.AddMetricsAsync("churn", 2, new Dictionary<string, double> { ["f1"] = 1 }));
    }

    private Task<RegisteredModel> AddAsync(params (string Name, double Value)[] metrics) =>
        _registry.AddMetricsAsync("churn", 1, metrics.ToDictionary(static metric => metric.Name, static metric => metric.Value), "grace");
}
