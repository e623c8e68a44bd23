using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MlOps.Serving;
using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Registry;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ModelFormatTests : IDisposable
{
    private readonly Registrations _registrations = new();
    private readonly InMemoryArtifactStore _store = new();

    public void Dispose() => _registrations.Delete();

    [Test]
    public async Task An_unknown_format_is_refused_with_the_nearest_and_the_known_formats()
    {
        var registry = new ModelRegistry(_store);

        var thrown = await Assert.ThrowsAsync<ArgumentException>(() => RegisterAsync(registry, "onxx"));

        Assert.That(
            thrown!.Message,
            Does.Contain("No loader reads the format 'onxx'. Did you mean 'onnx'? Known formats are 'mlnet', 'onnx'.")
                .And.Contain("MlOps:Registry:Formats").And.Contain("AddModelLoader"));
        Assert.That(await registry.FindAsync("churn"), Is.Null);
    }

    [TestCase("onnx")]
    [TestCase("mlnet")]
    [TestCase("ONNX")]
    public async Task Formats_of_packages_are_known_without_the_packages(string format) =>
        Assert.That((await RegisterAsync(new ModelRegistry(_store), format)).Format, Is.EqualTo(format));

    [Test]
    public async Task Formats_of_registered_loaders_and_settings_are_known()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["MlOps:Storage:Provider"] = "Memory", ["MlOps:Registry:Formats:0"] = "pickle" }).Build();
        await using var services = new ServiceCollection().AddMlOps(configuration).AddModelLoader<LineLoader>().Services.BuildServiceProvider();
        var registry = services.GetRequiredService<IModelRegistry>();

        await RegisterAsync(registry, "pickle");
        await RegisterAsync(registry, "line");

        Assert.That(
            (await Assert.ThrowsAsync<ArgumentException>(() => RegisterAsync(registry, "torch")))!.Message,
            Does.Contain("Known formats are 'line', 'mlnet', 'onnx', 'pickle'."));
    }

    [Test]
    public async Task A_stored_version_of_an_unknown_format_is_not_promoted_unless_forced()
    {
        await RegisterAsync(new ModelRegistry(_store, new RegistryOptions { Formats = { "onxx" } }), "onxx");
        var registry = new ModelRegistry(_store);

        var thrown = await Assert.ThrowsAsync<PromotionRefusedException>(() => registry.SetAliasAsync("churn", "production", 1));

        Assert.That(
            thrown!.Message, Does.Contain("format 'onxx': no loader reads the format, required: one of 'mlnet', 'onnx'").And.Contain("MlOps:Registry:Formats"));
        Assert.That((await registry.FindAsync("churn"))!.EvaluateGates("production", 1).Single().Gate, Is.EqualTo("format"));
        Assert.That(
            (await registry.SetAliasAsync("churn", "production", 1, reason: "another process loads it", force: true)).Get("production").Number, Is.EqualTo(1));
    }

    [Test]
    public void An_invalid_format_in_the_settings_is_a_fault() =>
        Assert.That(
            Assert.Throws<OptionsValidationException>(() => _ = new ModelRegistry(_store, new RegistryOptions { Formats = { " " } }))!.Message,
            Does.Contain("MlOps:Registry:Formats has ' '"));

    private Task<ModelVersion> RegisterAsync(IModelRegistry registry, string format) =>
        registry.RegisterAsync("churn", new ModelRegistration { Format = format, Files = [_registrations.File] });
}
