using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Registry;

/// <summary>Alerts of a model: one of several instances records a change.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ModelAlertTests : IDisposable
{
    private static readonly DateTimeOffset s_end = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);
    private readonly InMemoryArtifactStore _store = new();
    private readonly Registrations _registrations = new();
    private readonly ModelRegistry _registry;

    public ModelAlertTests() => _registry = new ModelRegistry(_store);

    [SetUp]
    public Task RegisterAsync() => _registry.RegisterAsync("churn", _registrations.Plain(auc: 0.9));

    public void Dispose() => _registrations.Delete();

    [Test]
    public async Task A_raised_alert_is_active_until_it_is_resolved()
    {
        await _registry.RaiseAlertAsync("churn", Drift(s_end), version: 1, actor: "monitor");

        var raised = (await new ModelRegistry(_store).FindAsync("churn"))!.Alerts["drift:age"];
        Assert.That(
            (raised.IsActive, raised.Version, raised.Value, raised.Threshold, raised.WindowEnd, raised.Message),
            Is.EqualTo((true, (int?)1, 0.4, double.NaN, s_end, "The feature drifted.")));
        Assert.That(raised.Since, Is.GreaterThan(s_end));

        await _registry.ResolveAlertAsync("churn", Drift(s_end.AddHours(1)), version: 1);

        var model = (await new ModelRegistry(_store).FindAsync("churn"))!;
        Assert.That((model.Alerts["drift:age"].IsActive, model.Sequence), Is.EqualTo((false, 3L)));
    }

    [Test]
    public async Task One_of_many_instances_that_raise_the_same_alert_records_it()
    {
        var raising = Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                await new ModelRegistry(_store).RaiseAlertAsync("churn", Drift(s_end));
                return 1;
            }
            catch (VersionConflictException)
            {
                return 0;
            }
        });

        Assert.That((await Task.WhenAll(raising)).Sum(), Is.EqualTo(1));
        Assert.That(await _registry.ReadHistoryAsync("churn").CountAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task An_alert_that_is_not_active_cannot_be_resolved()
    {
        var thrown = await Assert.ThrowsAsync<VersionConflictException>(() => _registry.ResolveAlertAsync("churn", Drift(s_end)));

        Assert.That(thrown!.Message, Does.StartWith("The alert 'drift:age' of the model 'churn' was never raised. Nothing was recorded."));
    }

    [Test]
    public async Task An_instance_with_earlier_data_cannot_raise_the_alert_again()
    {
        await _registry.RaiseAlertAsync("churn", Drift(s_end));
        await _registry.ResolveAlertAsync("churn", Drift(s_end.AddHours(3)));

        var thrown = await Assert.ThrowsAsync<VersionConflictException>(() => _registry.RaiseAlertAsync("churn", Drift(s_end.AddHours(2))));

        Assert.That(thrown!.Message, Does.Contain("was last changed for the period to 2026-05-04 13:00:00Z, which is not before 2026-05-04 12:00:00Z"));
        await _registry.RaiseAlertAsync("churn", Drift(s_end.AddHours(4)));
    }

    [Test]
    public async Task Alerts_of_different_subjects_are_independent()
    {
        await _registry.RaiseAlertAsync("churn", Drift(s_end));
        await _registry.RaiseAlertAsync("churn", Drift(s_end, "income"));

        Assert.That((await _registry.FindAsync("churn"))!.Alerts.Keys, Is.EquivalentTo(["drift:age", "drift:income"]));
    }

    [Test]
    public async Task The_model_card_lists_active_alerts()
    {
        await _registry.RaiseAlertAsync("churn", Drift(s_end), version: 1);
        await _registry.RaiseAlertAsync("churn", Drift(s_end, "income"));
        await _registry.ResolveAlertAsync("churn", Drift(s_end.AddHours(1), "income"));

        var card = await _registry.RenderCardAsync("churn", "1");

        Assert.That(card, Does.Contain("| drift:age |").And.Contain("The feature drifted.").And.Not.Contain("drift:income"));
    }

    [Test]
    public async Task The_history_after_an_event_begins_with_the_next_event()
    {
        await _registry.RaiseAlertAsync("churn", Drift(s_end));
        await _registry.ResolveAlertAsync("churn", Drift(s_end.AddHours(1)));

        var kinds = await _registry.ReadHistoryAsync("churn", after: 1).Select(static item => (item.Sequence, item.Kind)).ToListAsync();

        Assert.That(kinds, Is.EqualTo([(2L, "alertRaised"), (3L, "alertResolved")]));
        Assert.That(await _registry.ReadHistoryAsync("churn", after: 3).AnyAsync(), Is.False);
    }

    [Test]
    public async Task Deleting_the_model_removes_its_alerts()
    {
        await _registry.RaiseAlertAsync("churn", Drift(s_end));
        await _registry.DeleteModelAsync("churn");

        await _registry.CreateAsync("churn");

        Assert.That((await _registry.FindAsync("churn"))!.Alerts, Is.Empty);
    }

    [Test]
    public async Task A_change_without_an_alert_is_refused()
    {
        var thrown = await Assert.ThrowsAsync<ArgumentException>(
            () => _registry.ChangeAsync("churn", new ModelChange { Kind = ModelEventKind.AlertRaised }));

        Assert.That(thrown!.Message, Does.Contain("requires Alert"));
    }

    private static ModelAlert Drift(DateTimeOffset windowEnd, string subject = "age") => new()
    {
        Rule = "drift",
        Subject = subject,
        Value = 0.4,
        Threshold = double.NaN,
        WindowEnd = windowEnd,
        Message = "The feature drifted.",
    };
}
