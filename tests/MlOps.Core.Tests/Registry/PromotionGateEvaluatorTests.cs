using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.Models;
using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Registry;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PromotionGateEvaluatorTests : IDisposable
{
    private static readonly ModelSignature s_signature = Registrations.Signature;
    private readonly Registrations _registrations = new();
    private readonly InMemoryArtifactStore _store = new();

    public void Dispose() => _registrations.Delete();

    [TestCase(0.9, true)]
    [TestCase(0.95, true)]
    [TestCase(0.89, false)]
    [TestCase(double.NaN, false)]
    [TestCase(double.PositiveInfinity, false)]
    [TestCase(null, false)]
    public void A_metric_below_the_minimum_or_unknown_fails(double? auc, bool passes) =>
        Assert.That(Passes(new PromotionPolicy { Metrics = { ["auc"] = new MetricBounds { AtLeast = 0.9 } } }, Version(auc)), Is.EqualTo(passes));

    [TestCase(0.9, true)]
    [TestCase(0.91, false)]
    [TestCase(double.NaN, false)]
    [TestCase(double.NegativeInfinity, false)]
    [TestCase(null, false)]
    public void A_metric_above_the_maximum_or_unknown_fails(double? auc, bool passes) =>
        Assert.That(Passes(new PromotionPolicy { Metrics = { ["auc"] = new MetricBounds { AtMost = 0.9 } } }, Version(auc)), Is.EqualTo(passes));

    [TestCase(0.88, 0.9, true)]
    [TestCase(0.95, 0.9, true)]
    [TestCase(0.879, 0.9, false)]
    [TestCase(0.9, double.NaN, false)]
    [TestCase(0.9, double.NegativeInfinity, false)]
    [TestCase(double.NaN, 0.9, false)]
    [TestCase(null, 0.9, false)]
    public void A_metric_must_not_decrease_by_more_than_the_bound(double? auc, double current, bool passes)
    {
        var policy = new PromotionPolicy { Metrics = { ["auc"] = new MetricBounds { MaxDecrease = 0.02 } } };
        var mirrored = new PromotionPolicy { Metrics = { ["auc"] = new MetricBounds { MaxIncrease = 0.02 } } };

        Assert.That(Passes(policy, Version(auc), Version(current, number: 1)), Is.EqualTo(passes));
        Assert.That(Passes(mirrored, Version(-auc), Version(-current, number: 1)), Is.EqualTo(passes));
    }

    [Test]
    public void A_relative_gate_names_the_current_version_without_the_metric_and_the_remedy()
    {
        var result = Evaluate(Relative(baseline: null), Version(0.9), Version(null, number: 1))[0];

        Assert.That((result.Passed, result.Measured), Is.EqualTo((false, "0.9 (version 1: not recorded)")));
        Assert.That(result.Required, Is.EqualTo(
            "a decrease of at most 0.02; add the metric to version 1 with AddMetricsAsync, or set Baseline for 'auc'"));
    }

    [TestCase(0.9, true)]
    [TestCase(0.88, true)]
    [TestCase(0.87, false)]
    [TestCase(0.93, false)]
    [TestCase(double.NaN, false)]
    [TestCase(null, false)]
    public void A_baseline_replaces_a_metric_that_the_current_version_does_not_have(double? auc, bool passes)
    {
        Assert.That(Passes(Relative(baseline: 0.9), Version(auc), Version(null, number: 1)), Is.EqualTo(passes));
        Assert.That(Passes(Relative(baseline: 0.9), Version(auc)), Is.EqualTo(passes));
    }

    [Test]
    public void A_baseline_does_not_replace_a_value_of_the_current_version()
    {
        Assert.That(Passes(Relative(baseline: 0.5), Version(0.5), Version(0.9, number: 1)), Is.False);
        Assert.That(Passes(Relative(baseline: 0.5), Version(0.9), Version(0.9, number: 1)), Is.True);
    }

    [Test]
    public void A_current_value_that_is_not_finite_fails_with_any_baseline()
    {
        var result = Evaluate(Relative(baseline: 0.9), Version(0.9), Version(double.NaN, number: 1))[0];

        Assert.That(result.ToString(), Is.EqualTo(
            "metric 'auc': 0.9 (version 1: NaN), required: a decrease of at most 0.02; "
            + "the value of version 1 is not finite, so force the alias with a reason"));
        Assert.That(result.Passed, Is.False);
    }

    [Test]
    public void The_first_version_passes_a_relative_gate()
    {
        var policy = new PromotionPolicy { Metrics = { ["auc"] = new MetricBounds { MaxDecrease = 0, MaxIncrease = 0 } }, CompatibleSignature = true };

        Assert.That(Passes(policy, Version(0.1)), Is.True);
        Assert.That(Passes(policy, Version(double.NaN)), Is.False);
    }

    [Test]
    public void Every_break_of_the_signature_is_a_failed_gate()
    {
        var narrowed = new ModelSignature
        {
            Inputs = [.. s_signature.Inputs, new ModelFeature { Name = "income", Type = FeatureType.Float32 }],
            Outputs = [new ModelFeature { Name = "score", Type = FeatureType.Float64, Minimum = 0, Maximum = 1 }],
        };

        var results = Evaluate(new PromotionPolicy { CompatibleSignature = true }, Version(signature: narrowed), Version(number: 1));

        Assert.That(results.Select(static gate => gate.ToString()), Is.EqualTo(
        [
            "signature 'input 'income'': presence is required, required: absent, as in version 1",
            "signature 'output 'score'': type is Float64, required: Float32, as in version 1",
        ]));
        Assert.That(results.Any(static gate => gate.Passed), Is.False);
    }

    [Test]
    public void A_version_without_a_signature_is_not_compatible()
    {
        var policy = new PromotionPolicy { CompatibleSignature = true };

        Assert.That(Passes(policy, Version(number: 2), Version(number: 1)), Is.True);
        Assert.That(Evaluate(policy, Version(number: 2, signed: false)).Single().Measured, Is.EqualTo("version 2 has no signature"));
        Assert.That(Evaluate(policy, Version(number: 2, signed: false)).Single().Required, Does.Contain("ModelRegistration.Signature"));
        Assert.That(Evaluate(policy, Version(number: 2), Version(number: 1, signed: false)).Single().Measured, Is.EqualTo("version 1 has no signature"));
    }

    [Test]
    public void A_policy_can_require_golden_examples_tags_and_resources()
    {
        var policy = new PromotionPolicy
        {
            GoldenExamples = true,
            RequiredTags = { "team", "reviewed" },
            MaxSize = 100,
            MaxLoadTime = TimeSpan.FromSeconds(1),
            MaxMemory = 100,
            MaxLatency = TimeSpan.FromMilliseconds(1),
        };
        var version = Version().With(copy =>
        {
            copy.ExampleCount = 0;
            copy.Tags = new Dictionary<string, string> { ["team"] = "growth" };
            copy.Size = 101;
            copy.Resources = new ResourceProfile { LoadTime = TimeSpan.FromSeconds(1), Memory = 101 };
        });

        Assert.That(Evaluate(policy, version).Select(static gate => $"{gate} {(gate.Passed ? "passed" : "failed")}"), Is.EqualTo(
        [
            "golden examples: 0, required: at least 1 failed",
            "required tag 'team': 'growth', required: any value passed",
            "required tag 'reviewed': not set, required: any value failed",
            "size: 101 bytes, required: at most 100 bytes failed",
            "load time: 00:00:01, required: at most 00:00:01 passed",
            "memory: 101 bytes, required: at most 100 bytes failed",
            "latency: not measured, required: at most 00:00:00.0010000; measure version 2 with IResourceMeter.MeasureAsync failed",
        ]));
    }

    [Test]
    public void An_incomplete_card_lists_the_missing_parts()
    {
        var policy = new PromotionPolicy { CompleteCard = true };
        var version = Version().With(copy => { copy.Description = "What"; copy.IntendedUse = " "; copy.Lineage = new ModelLineage { GitCommit = "0123abc" }; });
        var complete = version.With(
            copy => { copy.IntendedUse = "For"; copy.Lineage = new ModelLineage { GitCommit = "0123abc", Datasets = [new DatasetReference("d", 1)] }; });

        Assert.That(Evaluate(policy, version).Single().ToString(), Is.EqualTo("model card: incomplete (missing: intended use, datasets), required: complete"));
        Assert.That(Passes(policy, complete), Is.True);
    }

    [TestCase(0)]
    [TestCase(1, "ada")]
    [TestCase(1, "ADA ")]
    [TestCase(2, "grace", "Grace", " grace")]
    [TestCase(2, "grace", "ada")]
    public void Approvals_count_people_other_than_the_author_once(int required, params string[] approvers)
    {
        var version = Version().With(copy => copy.Approvals = [.. approvers.Select(static by => new ModelApproval(by, default))]);

        Assert.That(Passes(new PromotionPolicy { Approvals = required }, version), Is.EqualTo(required == 0));
        var approved = version.With(
            copy => copy.Approvals = [.. version.Approvals, new ModelApproval("linus", default), new ModelApproval("barbara", default)]);
        Assert.That(Passes(new PromotionPolicy { Approvals = required }, approved), Is.True);
    }

    [Test]
    public async Task A_refusal_names_every_failed_gate_with_its_values_and_changes_nothing()
    {
        var registry = Open(new PromotionPolicy { Metrics = { ["auc"] = new MetricBounds { AtLeast = 0.95 } }, Approvals = 1, GoldenExamples = true });
        await _registrations.AddDatasetAsync(_store);
        await registry.RegisterAsync("churn", _registrations.Complete(auc: 0.9));

        var thrown = (await Assert.ThrowsAsync<PromotionRefusedException>(() => registry.SetAliasAsync("churn", "production", 1)))!;

        Assert.That(thrown.Message, Does.StartWith("Version 1 of the model 'churn' cannot become 'production', because it fails 2 gates: "
            + "metric 'auc': 0.9, required: at least 0.95; approvals: none, required: 1 from persons other than the author 'ada'. ")
            .And.Contain("MlOps:Registry:Aliases:production"));
        Assert.That((thrown.Model, thrown.Alias, thrown.Version, thrown.FailedGates.Count), Is.EqualTo(("churn", "production", 1, 2)));
        Assert.That(await registry.ReadHistoryAsync("churn").CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_promotion_records_the_results_of_the_gates_in_the_history()
    {
        var registry = Open(new PromotionPolicy { Approvals = 1 });
        await _registrations.AddDatasetAsync(_store);
        await registry.RegisterAsync("churn", _registrations.Complete());
        await registry.ApproveAsync("churn", 1, "grace");

        await registry.SetAliasAsync("churn", "production", 1);

        var entry = await registry.ReadHistoryAsync("churn").Cast<ModelEvent>().LastAsync();
        Assert.That(
            (entry.Forced, entry.Gates!.Single().ToString()),
            Is.EqualTo((false, "approvals: 1 (grace), required: 1 from persons other than the author 'ada'")));
    }

    [Test]
    public async Task An_alias_without_a_policy_has_no_gates()
    {
        var registry = Open(new PromotionPolicy { Approvals = 1 });
        await registry.RegisterAsync("churn", _registrations.Plain());

        Assert.That((await registry.SetAliasAsync("churn", "staging", 1)).EvaluateGates("staging", 1), Is.Empty);
        Assert.That((await registry.FindAsync("churn"))!.EvaluateGates("production", 1).Single().Passed, Is.False);
    }

    [Test]
    public async Task A_forced_promotion_is_logged_with_the_failed_gates()
    {
        var logs = new FakeLogCollector();
        var options = new RegistryOptions { Aliases = { ["production"] = new PromotionPolicy { Approvals = 1 } } };
        var content = new ContentStore(_store, TimeProvider.System);
        var datasets = new DatasetRecords(_store, new DatasetManifestReader(content), "ada", TimeProvider.System, NullLogger.Instance);
        var registry = new ModelRegistry(
            new ModelRecords(_store, content, "ada", TimeProvider.System, NullLogger.Instance),
            datasets,
            content,
            options,
            TimeProvider.System,
            new FakeLogger<ModelRegistry>(logs));
        await registry.RegisterAsync("churn", _registrations.Plain());

        await registry.SetAliasAsync("churn", "production", 1, force: true, reason: "outage", actor: "linus");
        await registry.TagAsync("churn", "a", "b");

        Assert.That(logs.GetSnapshot().Select(static record => record.Id.Id), Is.EqualTo([400, 401, 402, 403]));
        Assert.That(logs.GetSnapshot()[2].Message, Does.Contain("approvals: none").And.Contain("Forced by linus: outage"));
    }

    [Test]
    public async Task Forcing_a_version_that_passes_is_not_recorded_as_forced()
    {
        var registry = Open(new PromotionPolicy { GoldenExamples = true });
        await _registrations.AddDatasetAsync(_store);
        await registry.RegisterAsync("churn", _registrations.Complete());

        await registry.SetAliasAsync("churn", "production", 1, force: true, reason: "to be sure");

        Assert.That((await registry.ReadHistoryAsync("churn").Cast<ModelEvent>().LastAsync()).Forced, Is.False);
    }

    private static PromotionPolicy Relative(double? baseline) =>
        new() { Metrics = { ["auc"] = new MetricBounds { MaxDecrease = 0.02, MaxIncrease = 0.02, Baseline = baseline } } };

    private ModelRegistry Open(PromotionPolicy policy) => new(_store, new RegistryOptions { Aliases = { ["production"] = policy } });

    private static bool Passes(PromotionPolicy policy, ModelVersion candidate, ModelVersion? current = null) =>
        Evaluate(policy, candidate, current).All(static gate => gate.Passed);

    private static IReadOnlyList<GateResult> Evaluate(PromotionPolicy policy, ModelVersion candidate, ModelVersion? current = null) =>
        PromotionGateEvaluator.Evaluate(policy, candidate, current);

    private static ModelVersion Version(double? auc = 0.9, int number = 2, ModelSignature? signature = null, bool signed = true) => new()
    {
        Model = "churn",
        Number = number,
        Format = "onnx",
        Actor = "ada",
        Metrics = auc is null ? new Dictionary<string, double>() : new Dictionary<string, double> { ["auc"] = auc.Value },
        Signature = signed ? signature ?? s_signature : null,
        Manifest = default,
        FileCount = 1,
        ExampleCount = 1,
        Size = 7,
    };
}
