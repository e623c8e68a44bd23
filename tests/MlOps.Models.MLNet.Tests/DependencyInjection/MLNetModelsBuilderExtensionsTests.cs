using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MlOps.Models;

namespace MlOps.DependencyInjection;

public sealed class MLNetModelsBuilderExtensionsTests
{
    [Test]
    public void Loader_is_registered_once_however_often_it_is_added()
    {
        var services = new ServiceCollection();
        services.AddMlOps().AddMLNetModels().AddMLNetModels();
        using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetServices<IModelLoader>().OfType<MLNetModelLoader>().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Settings_come_from_the_section_and_then_from_code()
    {
        var services = new ServiceCollection();
        services.AddMlOps(Configuration(("MlOps:MLNet:MaxEntries", "7"), ("MlOps:MLNet:MaxUncompressedSize", "8000000000")))
            .AddMLNetModels(static options =>
            {
                options.MaxEntries = 9;
                options.Assemblies.Add(typeof(DoublingFactory).Assembly);
            });
        using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptions<MLNetModelOptions>>().Value;

        Assert.That((options.MaxEntries, options.MaxUncompressedSize, options.Assemblies.Count), Is.EqualTo((9, 8_000_000_000, 1)));
    }

    [Test]
    public void Wrong_settings_are_all_named_with_their_paths()
    {
        var services = new ServiceCollection();
        services.AddMlOps(Configuration(("MlOps:MLNet:MaxEntries", "0"), ("MlOps:MLNet:MaxUncompressedSize", "-1"))).AddMLNetModels();
        using var provider = services.BuildServiceProvider();

        var wrong = Assert.Throws<OptionsValidationException>(() => provider.GetServices<IModelLoader>().Count())!;

        Assert.That(wrong.Message, Does.Contain("MlOps:MLNet:MaxEntries is 0").And.Contain("MlOps:MLNet:MaxUncompressedSize is -1"));
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
