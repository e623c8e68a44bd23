using MlOps.Models;
using MlOps.Records;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Tests.Conformance.Registry;

/// <summary>Verifies the contract of <see cref="IModelRegistry"/> on an artifact store.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class ModelRegistryConformance
{
    private const string Model = "churn";
    private Registrations _registrations = null!;
    private IArtifactStore _store = null!;
    private ModelRegistry _registry = null!;

    /// <summary>Creates an empty store for one test.</summary>
    protected abstract Task<IArtifactStore> CreateStoreAsync();

    [SetUp]
    public async Task CreateRegistryAsync()
    {
        _registrations = new Registrations();
        _store = await CreateStoreAsync();
        _registry = new ModelRegistry(_store);
    }

    [TearDown]
    public void DeleteFiles() => _registrations.Delete();

    [Test]
    public async Task Versions_are_numbered_from_one()
    {
        var first = await _registry.RegisterAsync(Model, _registrations.Plain());
        var second = await Again().RegisterAsync(Model, _registrations.Plain());

        Assert.That((first.Number, second.Number), Is.EqualTo((1, 2)));
        Assert.That((await _registry.FindAsync(Model))!.Versions.Select(static version => version.Number), Is.EqualTo([1, 2]));
    }

    [Test]
    public async Task A_registered_version_has_all_its_properties()
    {
        await _registrations.AddDatasetAsync(_store);
        await _registry.RegisterAsync(Model, _registrations.Complete());

        var version = await Again().GetVersionAsync(Model, "1");

        Assert.That((version.Model, version.Format, version.Actor, version.Description), Is.EqualTo((Model, "onnx", "ada", "Predicts who will leave.")));
        Assert.That(version.IntendedUse, Is.EqualTo("Offers to customers, not prices."));
        Assert.That(version.Metrics, Is.EquivalentTo(_registrations.Complete().Metrics));
        Assert.That(version.Parameters, Is.EqualTo(new Dictionary<string, string> { ["depth"] = "6" }));
        Assert.That(version.Tags, Is.EqualTo(new Dictionary<string, string> { ["team"] = "growth" }));
        Assert.That(version.Lineage.Datasets.Single().ToString(), Is.EqualTo("customers/3"));
        Assert.That((version.Lineage.RunId, version.Lineage.GitCommit), Is.EqualTo(("run-7", "0123abc")));
        Assert.That((version.Resources!.LoadTime, version.Resources.Memory), Is.EqualTo((TimeSpan.FromSeconds(2), 1000)));
        Assert.That((version.FileCount, version.ExampleCount, version.Size), Is.EqualTo((1, 1, 7)));
        Assert.That(version.Signature!.FindBreakingChanges(Registrations.Signature), Is.Empty);
        Assert.That(Registrations.Signature.FindBreakingChanges(version.Signature!), Is.Empty);
        Assert.That(version.Created, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task Files_and_examples_are_verified_when_they_are_read()
    {
        await _registrations.AddDatasetAsync(_store);
        var package = await Again().OpenAsync(await _registry.RegisterAsync(Model, _registrations.Complete()));
        var target = Directory.CreateTempSubdirectory("mlops-restored-");
        try
        {
            await package.RestoreAsync(target.FullName);

            Assert.That(await File.ReadAllTextAsync(Path.Combine(target.FullName, "model.onnx")), Is.EqualTo("weights"));
            Assert.That(package.Examples.Single().Outputs["score"]!.GetValue<double>(), Is.EqualTo(0.25));
            await using var content = await package.OpenReadAsync("model.onnx");
            Assert.That(await new StreamReader(content.Stream).ReadToEndAsync(), Is.EqualTo("weights"));
        }
        finally
        {
            target.Delete(recursive: true);
        }
    }

    [Test]
    public async Task Files_that_the_store_has_are_not_stored_again()
    {
        await _registry.RegisterAsync(Model, _registrations.Plain());
        var before = await CountBlobsAsync();

        await _registry.RegisterAsync("other", _registrations.Plain());

        Assert.That(await CountBlobsAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_missing_model_is_not_found()
    {
        Assert.That(await _registry.FindAsync(Model), Is.Null);
        Assert.That(await _registry.ListAsync().CountAsync(), Is.Zero);
        Assert.That(await _registry.ReadHistoryAsync(Model).CountAsync(), Is.Zero);
        await Assert.ThrowsAsync<VersionNotFoundException>(() => _registry.GetVersionAsync(Model, "1"));
    }

    [Test]
    public async Task A_missing_version_is_reported_with_the_existing_versions()
    {
        await _registry.RegisterAsync(Model, _registrations.Plain());
        await _registry.SetAliasAsync(Model, "champion", 1);

        var thrown = (await Assert.ThrowsAsync<VersionNotFoundException>(() => _registry.GetVersionAsync(Model, "production")))!;

        Assert.That(thrown.Message, Does.Contain("has no 'production'").And.Contain("versions 1").And.Contain("'champion' (version 1)"));
    }

    [Test]
    public async Task Models_are_listed_by_name_for_any_length_of_their_logs()
    {
        string[] names = ["b", "a", "Ünïcode model", "a-b", "A"];
        foreach (var name in names)
        {
            await _registry.CreateAsync(name, $"This is {name}.");
            await _registry.TagAsync(name, "key", "value");
        }

        var listed = await Again().ListAsync().ToListAsync();

        Assert.That(listed.Select(static model => model.Name), Is.EquivalentTo(names));
        Assert.That(listed.Select(static model => model.Description), Is.EquivalentTo(names.Select(static name => $"This is {name}.")));
    }

    [Test]
    public async Task Another_registry_sees_every_change()
    {
        var reader = Again();
        await _registry.RegisterAsync(Model, _registrations.Plain());
        await reader.FindAsync(Model);

        await _registry.SetAliasAsync(Model, "production", 1);
        await _registry.TagAsync(Model, "stage", "live", version: 1);

        var model = (await reader.FindAsync(Model))!;
        Assert.That(model.Get("production").Tags["stage"], Is.EqualTo("live"));
    }

    [Test]
    public async Task Many_writers_number_versions_without_gaps_or_duplicates()
    {
        var registries = Enumerable.Range(0, 8).Select(_ => Again()).ToArray();
        var registration = _registrations.Plain();

        var versions = await Task.WhenAll(
            registries.SelectMany(registry => Enumerable.Range(0, 5).Select(_ => Task.Run(() => registry.RegisterAsync(Model, registration)))));

        Assert.That(versions.Select(static version => version.Number).Order(), Is.EqualTo(Enumerable.Range(1, 40)));
        Assert.That((await Again().FindAsync(Model))!.Versions.Select(static version => version.Number), Is.EqualTo(Enumerable.Range(1, 40)));
    }

    [Test]
    public async Task Of_changes_that_expect_the_same_version_only_one_succeeds()
    {
        const int writers = 8;
        for (var version = 0; version <= writers; version++)
        {
            await _registry.RegisterAsync(Model, _registrations.Plain());
        }

        await _registry.SetAliasAsync(Model, "production", 1);

        var won = await Task.WhenAll(Enumerable.Range(2, writers).Select(version => Task.Run(() => TryMoveAsync(version))));

        Assert.That(won.Count(static moved => moved), Is.EqualTo(1));
        Assert.That((await _registry.GetVersionAsync(Model, "production")).Number, Is.EqualTo(Array.IndexOf(won, true) + 2));

        async Task<bool> TryMoveAsync(int version)
        {
            try
            {
                await Again().SetAliasAsync(Model, "production", version, expectedVersion: 1);
                return true;
            }
            catch (VersionConflictException)
            {
                return false;
            }
        }
    }

    [Test]
    public async Task Concurrent_moves_with_an_expected_version_never_lose_one()
    {
        const int writers = 4;
        const int movesEach = 3;
        for (var version = 0; version < 2; version++)
        {
            await _registry.RegisterAsync(Model, _registrations.Plain());
        }

        await _registry.SetAliasAsync(Model, "production", 1);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(FlipAsync)));

        // Each writer sets the alias to the other version, so a change based on a stale state would be recorded as a change to the same version.
        var moves = await _registry.ReadHistoryAsync(Model)
            .Where(static entry => entry.Kind == "aliasSet")
            .Select(static entry => (Version: GetNumber(entry, "version"), Previous: GetNumber(entry, "previous")))
            .ToListAsync();
        Assert.That(moves, Has.Count.EqualTo(1 + (writers * movesEach)));
        Assert.That(moves.Skip(1).Select(static move => move.Previous), Is.EqualTo(moves.SkipLast(1).Select(static move => move.Version)));
        Assert.That(moves.Where(static move => move.Previous == move.Version), Is.Empty);

        static int? GetNumber(RecordEvent entry, string property) => entry.Data.TryGetProperty(property, out var value) ? value.GetInt32() : null;

        async Task FlipAsync()
        {
            var registry = Again();
            for (var made = 0; made < movesEach;)
            {
                var current = (await registry.GetVersionAsync(Model, "production")).Number;
                try
                {
                    await registry.SetAliasAsync(Model, "production", 3 - current, expectedVersion: current);
                    made++;
                }
                catch (VersionConflictException)
                {
                    // Another writer succeeded first. Try again.
                }
            }
        }
    }

    [Test]
    public async Task The_history_names_the_actor_the_kind_the_time_and_the_reason_of_each_change()
    {
        await _registry.RegisterAsync(Model, _registrations.Plain());
        await _registry.ApproveAsync(Model, 1, "grace", "looks right");
        await _registry.SetAliasAsync(Model, "production", 1, reason: "launch", actor: "linus");

        var history = await Again().ReadHistoryAsync(Model).ToListAsync();

        Assert.That(history.Select(static entry => (entry.Sequence, entry.Kind, entry.Actor, entry.Reason)), Is.EqualTo(new (long, string, string, string?)[]
        {
            (1, "registered", "ada", null), (2, "approved", "grace", "looks right"), (3, "aliasSet", "linus", "launch"),
        }));
        Assert.That(history.Select(static entry => entry.Time), Is.Ordered.And.All.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task The_number_of_a_deleted_model_version_is_not_reused()
    {
        await _registry.RegisterAsync(Model, _registrations.Plain());
        await _registry.RegisterAsync(Model, _registrations.Plain());

        await _registry.DeleteVersionAsync(Model, 2);

        Assert.That((await Again().FindAsync(Model))!.Versions.Select(static version => version.Number), Is.EqualTo([1]));
        Assert.That((await Again().RegisterAsync(Model, _registrations.Plain())).Number, Is.EqualTo(3));
    }

    [Test]
    public async Task A_deleted_model_keeps_its_history_and_numbers()
    {
        await _registry.RegisterAsync(Model, _registrations.Plain());

        await _registry.DeleteModelAsync(Model);

        Assert.That(await Again().FindAsync(Model), Is.Null);
        Assert.That(await Again().ListAsync().CountAsync(), Is.Zero);
        Assert.That(await Again().ReadHistoryAsync(Model).CountAsync(), Is.EqualTo(2));
        Assert.That((await Again().RegisterAsync(Model, _registrations.Plain())).Number, Is.EqualTo(2));
    }

    [Test]
    public async Task Versions_are_found_by_filters()
    {
        await _registry.RegisterAsync(Model, _registrations.Plain(auc: 0.8));
        await _registrations.AddDatasetAsync(_store);
        await _registry.RegisterAsync(Model, _registrations.Complete(auc: 0.95));
        await _registry.RegisterAsync("other", _registrations.Complete(auc: 0.7));

        Assert.That(await NamesAsync("metrics.auc > 0.75"), Is.EquivalentTo(["churn/1", "churn/2"]));
        Assert.That(await NamesAsync("tags.team = 'growth' and datasets.customers = 3"), Is.EquivalentTo(["churn/2", "other/1"]));
        var trained = await Again().FindTrainedOnAsync(new Datasets.DatasetReference("customers", 3)).Select(static version => version.Model).ToListAsync();
        Assert.That(trained, Is.EquivalentTo([Model, "other"]));

        async Task<List<string>> NamesAsync(string filter) =>
            await Again().SearchAsync(filter).Select(static version => $"{version.Model}/{version.Number}").ToListAsync();
    }

    [Test]
    public async Task A_gate_refuses_and_a_forced_promotion_is_in_the_history()
    {
        var options = new RegistryOptions { Aliases = { ["production"] = new PromotionPolicy { CompatibleSignature = true } } };
        var gated = new ModelRegistry(_store, options);
        await _registrations.AddDatasetAsync(_store);
        await gated.RegisterAsync(Model, _registrations.Complete());
        await gated.SetAliasAsync(Model, "production", 1);
        await gated.RegisterAsync(Model, _registrations.Complete(signature: new ModelSignature { Inputs = Registrations.Signature.Inputs, Outputs = [] }));

        var thrown = (await Assert.ThrowsAsync<PromotionRefusedException>(() => gated.SetAliasAsync(Model, "production", 2)))!;
        await gated.SetAliasAsync(Model, "production", 2, force: true, reason: "outage");

        Assert.That(thrown.FailedGates.Single().Subject, Is.EqualTo("output 'score'"));
        var entry = await Again().ReadHistoryAsync(Model).LastAsync();
        Assert.That((entry.Data.GetProperty("forced").GetBoolean(), entry.Reason), Is.EqualTo((true, "outage")));
        Assert.That(entry.Data.GetProperty("gates")[0].GetProperty("passed").GetBoolean(), Is.False);
    }

    [Test]
    public async Task A_log_with_a_checkpoint_is_read_completely()
    {
        await _registrations.AddDatasetAsync(_store);
        await _registry.RegisterAsync(Model, _registrations.Complete());
        await _registry.SetAliasAsync(Model, "production", 1);
        for (var number = 0; number < 105; number++)
        {
            await _registry.TagAsync(Model, $"key {number}", "value", version: 1);
        }

        var version = await Again().GetVersionAsync(Model, "production");

        Assert.That(version.Tags, Has.Count.EqualTo(106));
        Assert.That(version.Metrics["logloss"], Is.NaN);
        Assert.That(version.Signature!.FindBreakingChanges(Registrations.Signature), Is.Empty);
    }

    private ModelRegistry Again() => new(_store);

    private async Task<int> CountBlobsAsync() => await _store.ListAsync(ArtifactPath.Parse("blobs")).CountAsync();
}
