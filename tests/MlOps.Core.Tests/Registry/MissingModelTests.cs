using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Registry;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MissingModelTests : IDisposable
{
    private readonly Registrations _registrations = new();
    private readonly PluggableStore _store = new();
    private readonly ModelRegistry _registry;

    public MissingModelTests() => _registry = new ModelRegistry(_store);

    public void Dispose() => _registrations.Delete();

    [Test]
    public async Task A_missing_model_is_reported_with_the_nearest_and_the_existing_models()
    {
        await _registry.RegisterAsync("iris", _registrations.Plain());
        await _registry.RegisterAsync("churn", _registrations.Plain());
        await _registry.CreateAsync("irsi");
        await _registry.DeleteModelAsync("irsi");

        string[] messages =
        [
            (await Assert.ThrowsAsync<VersionNotFoundException>(() => _registry.GetVersionAsync("Iriss", "production")))!.Message,
            (await Assert.ThrowsAsync<VersionNotFoundException>(() => _registry.SetAliasAsync("Iriss", "production", 1)))!.Message,
            (await Assert.ThrowsAsync<VersionNotFoundException>(() => _registry.RenderCardAsync("Iriss", "production")))!.Message,
        ];

        Assert.That(messages, Is.All.StartsWith("There is no model 'Iriss'. Did you mean 'iris'? The registry has 'iris', 'churn'. Correct the name,"));
    }

    [Test]
    public async Task Few_of_many_models_are_listed_including_the_nearest()
    {
        for (var number = 0; number < 15; number++)
        {
            await _registry.CreateAsync($"model-{number:00}");
        }

        await _registry.CreateAsync("zebra");

        var thrown = await Assert.ThrowsAsync<VersionNotFoundException>(() => _registry.GetVersionAsync("zerba", "production"));

        Assert.That(thrown!.Message, Does.Contain("Did you mean 'zebra'?").And.Contain("'zebra', 'model-00', ").And.Contain("'model-08' and others. "));
    }

    [Test]
    public async Task A_missing_alias_is_reported_with_the_nearest()
    {
        await _registry.RegisterAsync("iris", _registrations.Plain());
        await _registry.SetAliasAsync("iris", "production", 1);

        var thrown = await Assert.ThrowsAsync<VersionNotFoundException>(() => _registry.GetVersionAsync("iris", "producton"));

        Assert.That(
            thrown!.Message,
            Is.EqualTo("The model 'iris' has no 'producton'. Did you mean 'production'? It has the versions 1 and the aliases 'production' (version 1)."));
    }

    [Test]
    public async Task An_unreadable_store_is_not_reported_as_a_missing_model()
    {
        _store.IsUnplugged = true;

        await Assert.ThrowsAsync<ProviderException>(() => _registry.GetVersionAsync("iris", "production"));
    }
}
