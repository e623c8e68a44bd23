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
        _store, new RegistryOptions { Aliases = { ["production"] = new PromotionPolicy { Metrics = { ["f1"] = new MetricBounds { AtLeast = 0.5 } } } } });

    [SetUp]
    public Task RegisterAsync() => _registry.RegisterAsync("churn", _registrations.Plain(auc: 0.9));

    public void Dispose() => _registrations.Delete();

    [Test]
    public async Task Added_metrics_belong_to_the_version_and_pass_gates()
    {
        await Assert.ThrowsAsync<PromotionRefusedException>(() => _registry.SetAliasAsync("churn", "production", 1));

        await AddAsync(("f1", 0.8), ("loss", double.NaN), ("auc", 0.9));

        await _registry.SetAliasAsync("churn", "production", 1);
        var metrics = (await new ModelRegistry(_store).GetVersionAsync("churn", "production")).Metrics;
        Assert.That(metrics, Is.EquivalentTo(new Dictionary<string, double> { ["auc"] = 0.9, ["f1"] = 0.8, ["loss"] = double.NaN }));
        Assert.That(await _registry.SearchAsync("metrics.f1 > 0.7").CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task The_history_contains_the_metrics_and_the_actor()
    {
        await AddAsync(("f1", 0.8));

        var added = await _registry.ReadHistoryAsync("churn").Cast<ModelEvent>().LastAsync();

        Assert.That((added.Kind, added.Version, added.Metrics!["f1"], added.Actor), Is.EqualTo((ModelEventKind.MetricsAdded, (int?)1, 0.8, "grace")));
    }

    [Test]
    public async Task A_recorded_value_is_not_replaced_and_the_error_names_both_values()
    {
        var thrown = await Assert.ThrowsAsync<ArgumentException>(() => AddAsync(("f1", 0.5), ("auc", 0.95)));

        Assert.That(thrown!.Message, Is.EqualTo("Version 1 of the model 'churn' has the metric 'auc' with the value 0.9, which cannot be changed to 0.95. "
            + "Add the metric with another name."));
        Assert.That((await _registry.GetVersionAsync("churn", "1")).Metrics.Keys, Is.EqualTo(["auc"]));
    }

    [Test]
    public async Task The_same_value_is_accepted_again_including_NaN()
    {
        await AddAsync(("loss", double.NaN));

        await AddAsync(("loss", double.NaN), ("auc", 0.9));

        Assert.That((await _registry.GetVersionAsync("churn", "1")).Metrics.Keys, Is.EquivalentTo(["auc", "loss"]));
    }

    [Test]
    public async Task A_metric_whose_name_differs_only_in_case_is_refused()
    {
        var recorded = await Assert.ThrowsAsync<ArgumentException>(() => AddAsync(("AUC", 0.95)));
        var added = await Assert.ThrowsAsync<ArgumentException>(() => AddAsync(("f1", 0.9), ("F1", 0.1)));

        Assert.That(recorded!.Message, Does.Contain("cannot have both the metric 'AUC' and 'auc'"));
        Assert.That(added!.Message, Does.Contain("cannot have both the metric 'f1' and 'F1'"));
    }

    [Test]
    public async Task The_name_of_an_added_metric_is_validated() =>
        Assert.That((await Assert.ThrowsAsync<ArgumentException>(() => AddAsync(("a\nb", 1))))!.Message, Does.Contain("metric"));

    [Test]
    public async Task Metrics_can_be_added_to_archived_and_used_versions_but_not_to_missing_versions()
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
