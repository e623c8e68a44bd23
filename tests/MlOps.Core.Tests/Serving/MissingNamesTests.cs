using Microsoft.Extensions.DependencyInjection;
using MlOps.Validation;

namespace MlOps.Serving;

public sealed class MissingNamesTests : ServingFixture
{
    [Test]
    public async Task The_error_for_an_unknown_model_names_the_setting_and_the_known_models()
    {
        var message = await FailAsync(static options => options.Model = "lien");

        Assert.That(
            message, Does.Contain("There is no model 'lien'. The name is set by MlOps:Models:line:Model. Did you mean 'line'? The registry has 'line'."));
    }

    [Test]
    public async Task The_error_for_an_unknown_model_of_AddModel_names_the_call()
    {
        var service = CreateService(build: static builder => builder.AddModel<Point, Answer>("lines"));
        await service.PromoteAsync("2");

        var thrown = await Assert.ThrowsAsync<ModelNotReadyException>(service.StartAsync);

        Assert.That(
            thrown!.Message,
            Does.Contain("The name is set by AddModel(\"lines\"). If the registry has the model under another name, set MlOps:Models:lines:Model.")
                .And.Contain("Did you mean 'line'?"));
    }

    [Test]
    public async Task The_error_for_an_unknown_alias_names_the_setting_and_the_known_aliases()
    {
        var message = await FailAsync(static options => options.Alias = "producton");

        Assert.That(message, Does.Contain("has no 'producton'. The alias is set by MlOps:Models:line:Alias. Did you mean 'production'? "
            + "It has the versions 1 and the aliases 'production' (version 1). Set the alias with SetAliasAsync, or correct the setting."));
    }

    [Test]
    public async Task The_error_for_an_unknown_version_names_the_setting_and_the_known_versions()
    {
        var message = await FailAsync(static options => options.Version = 7);

        Assert.That(message, Does.Contain("has no '7'. The version is set by MlOps:Models:line:Version. It has the versions 1 and"));
    }

    [Test]
    public async Task The_error_for_an_unknown_model_of_AddAsync_names_the_call_and_the_option()
    {
        var service = await StartServiceAsync();

        var thrown = await Assert.ThrowsAsync<MlOps.VersionNotFoundException>(() => service.Services.GetRequiredService<IServedModels>().AddAsync("lines"));

        Assert.That(
            thrown!.Message,
            Does.Contain("The name is set by AddAsync(\"lines\"). If the registry has the model under another name, set ServedModelOptions.Model.")
                .And.Not.Contain("MlOps:Models"));
    }

    [Test]
    public async Task The_error_for_a_policy_of_an_unknown_feature_names_the_setting_and_the_features()
    {
        var message = await FailAsync(static options => options.OnInvalidFeature["y"] = InputPolicy.Warn);

        Assert.That(message, Does.Contain("MlOps:Models:line:OnInvalidFeature:y is not an input of version 1 of the model 'line'.")
            .And.Contain("The inputs are 'x'."));
    }

    [Test]
    public async Task Policies_match_features_ignoring_case()
    {
        var service = await StartServiceAsync(static options => options.OnInvalidFeature["X"] = InputPolicy.Warn);

        Assert.That(service.Model.Predict(new Point { X = 4711 }).Violations, Has.Count.EqualTo(1));
    }

    [TestCase("latest")]
    [TestCase("3")]
    [TestCase("")]
    public async Task An_invalid_alias_is_a_fault_of_the_settings(string alias)
    {
        var service = CreateService(options => options.Alias = alias);

        var thrown = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => _ = service.Model);

        Assert.That(thrown!.Message, Does.Contain($"MlOps:Models:line:Alias is '{alias}', which is not a valid alias:"));
    }

    [Test]
    public async Task An_unavailable_store_is_not_reported_as_a_missing_model()
    {
        var service = CreateService();
        await service.PromoteAsync("2");
        Store.IsUnplugged = true;

        var thrown = await Assert.ThrowsAsync<ModelNotReadyException>(service.StartAsync);

        Assert.That(thrown!.Message, Does.Contain("unplugged").And.Not.Contain("There is no model"));
    }

    private async Task<string> FailAsync(Action<ServedModelOptions> configure)
    {
        var service = CreateService(configure);
        await service.PromoteAsync("2");
        return (await Assert.ThrowsAsync<ModelNotReadyException>(service.StartAsync))!.Message;
    }
}
