using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Registry;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ModelAliasTests : IDisposable
{
    private readonly Registrations _registrations = new();
    private readonly InMemoryArtifactStore _store = new();
    private readonly ModelRegistry _registry;

    public ModelAliasTests() => _registry = new ModelRegistry(_store);

    public void Dispose() => _registrations.Delete();

    [SetUp]
    public async Task RegisterFiveVersionsAsync()
    {
        for (var version = 1; version <= 5; version++)
        {
            await _registry.RegisterAsync("churn", _registrations.Plain());
        }
    }

    [Test]
    public async Task Repeated_rollbacks_go_back_further_each_time()
    {
        await MoveAsync(1, 2, 3, 4);

        Assert.That(await RollBackAsync(1), Is.EqualTo(3));
        Assert.That(await RollBackAsync(1), Is.EqualTo(2));
        Assert.That(await RollBackAsync(1), Is.EqualTo(1));
    }

    [TestCase(1, 1)]
    [TestCase(2, 1)]
    [TestCase(1, 2)]
    public async Task Two_rollbacks_equal_one_rollback_by_the_sum_of_steps(int first, int second)
    {
        await MoveAsync(1, 2, 3, 4);
        await RollBackAsync(first);
        var twice = await RollBackAsync(second);

        await MoveAsync(1, 2, 3, 4);

        Assert.That(await RollBackAsync(first + second), Is.EqualTo(twice));
    }

    [Test]
    public async Task After_a_rollback_the_next_move_starts_from_there()
    {
        await MoveAsync(1, 2, 3);
        await RollBackAsync(1);
        await MoveAsync(5);

        Assert.That((await _registry.FindAsync("churn"))!.Aliases["production"].Earlier, Is.EqualTo([1, 2]));
        Assert.That(await RollBackAsync(1), Is.EqualTo(2));
    }

    [Test]
    public async Task Setting_an_alias_to_its_current_version_adds_no_step()
    {
        await MoveAsync(1, 2, 2, 2);

        Assert.That(await RollBackAsync(1), Is.EqualTo(1));
    }

    [Test]
    public async Task A_deleted_version_is_removed_from_the_earlier_versions()
    {
        await MoveAsync(1, 2, 1, 3, 4, 3);

        await _registry.DeleteVersionAsync("churn", 2);
        await _registry.DeleteVersionAsync("churn", 4);

        Assert.That((await _registry.FindAsync("churn"))!.Aliases["production"].Earlier, Is.EqualTo([1]));
        Assert.That(await RollBackAsync(1), Is.EqualTo(1));
    }

    [Test]
    public async Task A_rollback_by_too_many_steps_is_refused_with_the_earlier_versions()
    {
        await MoveAsync(1, 2, 3);

        var thrown = (await Assert.ThrowsAsync<VersionConflictException>(() => RollBackAsync(3)))!;

        Assert.That(thrown.Message, Does.Contain("steps: 3").And.Contain("it pointed at the versions 1, 2 (oldest first)"));
    }

    [Test]
    public async Task A_rollback_to_an_archived_version_is_refused_with_the_remedy()
    {
        await MoveAsync(1, 2, 3);
        await _registry.ArchiveAsync("churn", 2);

        var thrown = (await Assert.ThrowsAsync<VersionConflictException>(() => RollBackAsync(1)))!;

        Assert.That(thrown.Message, Does.Contain("version 2, which is archived").And.Contain("Unarchive the version first"));
        Assert.That(await RollBackAsync(2), Is.EqualTo(1));
    }

    [Test]
    public async Task A_rollback_evaluates_no_gates_and_is_recorded()
    {
        await MoveAsync(1, 2);
        var gated = new RegistryOptions { Aliases = { ["production"] = new PromotionPolicy { Approvals = 1 } } };
        var registry = new ModelRegistry(_store, gated);

        await registry.RollBackAsync("churn", "production", reason: "errors at 3 a.m.", actor: "night shift");

        var entry = await _registry.ReadHistoryAsync("churn").Cast<ModelEvent>().LastAsync();
        Assert.That((entry.Kind, entry.Previous, entry.Version, entry.Steps, entry.Reason, entry.Actor), Is.EqualTo(
            (ModelEventKind.RolledBack, (int?)2, (int?)1, (int?)1, "errors at 3 a.m.", "night shift")));
    }

    [Test]
    public async Task A_change_that_expects_another_version_is_refused_with_both_versions()
    {
        await MoveAsync(1, 2);

        var thrown = (await Assert.ThrowsAsync<VersionConflictException>(() => _registry.SetAliasAsync("churn", "production", 3, expectedVersion: 1)))!;

        Assert.That(thrown.Message, Does.Contain("expected to point at version 1").And.Contain("but points at version 2"));
        await Assert.ThrowsAsync<VersionConflictException>(() => _registry.SetAliasAsync("churn", "production", 3, expectedVersion: 0));
        await Assert.ThrowsAsync<VersionConflictException>(() => _registry.RemoveAliasAsync("churn", "production", expectedVersion: 1));
        await Assert.ThrowsAsync<VersionConflictException>(() => _registry.RollBackAsync("churn", "production", expectedVersion: 1));
        await _registry.SetAliasAsync("churn", "staging", 3, expectedVersion: 0);
    }

    [Test]
    public async Task An_alias_can_point_only_at_a_ready_version()
    {
        await _registry.ArchiveAsync("churn", 2, "superseded");
        await _registry.DeleteVersionAsync("churn", 3);

        Assert.That((await Assert.ThrowsAsync<VersionConflictException>(() => MoveAsync(2)))!.Message, Does.Contain("version 2, which is archived"));
        Assert.That((await Assert.ThrowsAsync<VersionNotFoundException>(() => MoveAsync(3)))!.Message, Does.Contain("It has the versions 1, 2, 4, 5"));
        await _registry.UnarchiveAsync("churn", 2);
        await MoveAsync(2);
    }

    [Test]
    public async Task A_version_with_an_alias_can_be_neither_archived_nor_deleted()
    {
        await MoveAsync(2);
        await _registry.SetAliasAsync("churn", "champion", 2);

        var thrown = (await Assert.ThrowsAsync<VersionConflictException>(() => _registry.ArchiveAsync("churn", 2)))!;

        Assert.That(thrown.Message, Does.Contain("the aliases 'champion', 'production' point at it"));
        await Assert.ThrowsAsync<VersionConflictException>(() => _registry.DeleteVersionAsync("churn", 2));
        await Assert.ThrowsAsync<VersionConflictException>(() => _registry.DeleteModelAsync("churn"));
        await _registry.RemoveAliasAsync("churn", "production");
        await _registry.RemoveAliasAsync("churn", "champion");
        await _registry.DeleteVersionAsync("churn", 2);
    }

    [Test]
    public async Task A_missing_alias_can_be_neither_removed_nor_rolled_back()
    {
        Assert.That(
            (await Assert.ThrowsAsync<VersionNotFoundException>(() => _registry.RemoveAliasAsync("churn", "none")))!.Message, Does.Contain("no aliases"));
        await Assert.ThrowsAsync<VersionNotFoundException>(() => _registry.RollBackAsync("churn", "none"));
    }

    [TestCase("")]
    [TestCase("12")]
    [TestCase("v12")]
    [TestCase("V1")]
    [TestCase("latest")]
    [TestCase("Latest")]
    [TestCase("a b")]
    [TestCase("a.b")]
    [TestCase("ü")]
    public async Task Text_that_resembles_a_version_or_has_other_characters_is_not_an_alias(string alias)
    {
        var thrown = (await Assert.ThrowsAsync<ArgumentException>(() => _registry.SetAliasAsync("churn", alias, 1)))!;

        Assert.That(thrown.Message, Does.Contain("is not an alias").And.Contain("Use"));
    }

    [TestCase("production")]
    [TestCase("v")]
    [TestCase("v1a")]
    [TestCase("-")]
    [TestCase("2026-01")]
    public async Task Other_words_are_aliases(string alias) =>
        Assert.That((await _registry.SetAliasAsync("churn", alias, 1)).Get(alias).Number, Is.EqualTo(1));

    private static IEnumerable<TestCaseData> BadChanges()
    {
        yield return new(new ModelChange { Kind = ModelEventKind.Registered }, "RegisterAsync");
        yield return new(new ModelChange { Kind = (ModelEventKind)99 }, "'99'");
        yield return new(new ModelChange { Kind = ModelEventKind.AliasSet, Alias = "a" }, "requires Version");
        yield return new(new ModelChange { Kind = ModelEventKind.AliasSet, Version = 1 }, "requires Alias");
        yield return new(new ModelChange { Kind = ModelEventKind.AliasRemoved, Alias = "a", Version = 1 }, "does not use Version");
        yield return new(new ModelChange { Kind = ModelEventKind.AliasSet, Alias = "a", Version = 1, Force = true }, "requires a reason");
        yield return new(new ModelChange { Kind = ModelEventKind.RolledBack, Alias = "a", Steps = 0 }, "0 steps");
        yield return new(new ModelChange { Kind = ModelEventKind.AliasRemoved, Alias = "a", ExpectedVersion = -1 }, "-1");
        yield return new(new ModelChange { Kind = ModelEventKind.Tagged }, "requires Tags");
        yield return new(new ModelChange { Kind = ModelEventKind.Archived, Version = 1, Keys = ["a"] }, "does not use Keys");
        yield return new(new ModelChange { Kind = ModelEventKind.Described }, "neither a description nor an intended use");
        yield return new(new ModelChange { Kind = ModelEventKind.Described, IntendedUse = "x" }, "Only a version has an intended use");
        yield return new(new ModelChange { Kind = ModelEventKind.Profiled, Version = 1 }, "requires Resources");
        yield return new(new ModelChange { Kind = ModelEventKind.MetricsAdded, Version = 1 }, "requires Metrics");
        var metrics = new Dictionary<string, double> { ["a"] = 1 };
        yield return new(new ModelChange { Kind = ModelEventKind.MetricsAdded, Metrics = metrics }, "requires Version");
        yield return new(new ModelChange { Kind = ModelEventKind.Archived, Version = 1, Metrics = metrics }, "does not use Metrics");
        yield return new(new ModelChange { Kind = ModelEventKind.ModelDeleted, Actor = "\n" }, "the name of a person");
    }

    [TestCaseSource(nameof(BadChanges))]
    public async Task An_invalid_change_is_refused_with_the_reason(ModelChange change, string fault) =>
        Assert.That((await Assert.ThrowsAsync<ArgumentException>(() => _registry.ChangeAsync("churn", change)))!.Message, Does.Contain(fault));

    private async Task MoveAsync(params int[] versions)
    {
        foreach (var version in versions)
        {
            await _registry.SetAliasAsync("churn", "production", version);
        }
    }

    private async Task<int> RollBackAsync(int steps) => (await _registry.RollBackAsync("churn", "production", steps)).Get("production").Number;
}
