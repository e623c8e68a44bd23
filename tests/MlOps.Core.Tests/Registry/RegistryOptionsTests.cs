using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MlOps.Records;
using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Registry;

public sealed class RegistryOptionsTests
{
    [Test]
    public async Task AddMlOps_registers_a_registry_on_the_selected_store_and_one_for_each_key()
    {
        await using var services =
            new ServiceCollection().AddMlOps(Configure(("Storage:Provider", "Memory"))).AddInMemoryStorage("archive").Services.BuildServiceProvider();
        var registrations = new Registrations();

        await services.GetRequiredService<IModelRegistry>().RegisterAsync("churn", registrations.Plain());
        await services.GetRequiredKeyedService<IModelRegistry>("archive").CreateAsync("old");

        registrations.Delete();
        Assert.That(services.GetRequiredService<IModelRegistry>(), Is.SameAs(services.GetRequiredKeyedService<IModelRegistry>("Memory")));
        Assert.That(await new ModelRegistry(services.GetRequiredService<IArtifactStore>()).FindAsync("churn"), Is.Not.Null);
        Assert.That(await services.GetRequiredService<IModelRegistry>().FindAsync("old"), Is.Null);
        Assert.That(await services.GetKeyedServices<IRecordKind>("Memory").OfType<ModelRecords>().Single().ReadAsync().CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Gates_are_set_in_configuration_and_code_wins()
    {
        var configuration = Configure(
            ("Storage:Provider", "Memory"),
            ("Registry:Aliases:production:Metrics:auc:AtLeast", "0.9"),
            ("Registry:Aliases:production:Metrics:auc:MaxDecrease", "0.01"),
            ("Registry:Aliases:production:Metrics:auc:Baseline", "0.8"),
            ("Registry:Aliases:production:RequiredTags:0", "team"),
            ("Registry:Aliases:production:CompatibleSignature", "true"),
            ("Registry:Aliases:production:MaxLatency", "00:00:00.050"),
            ("Registry:Aliases:production:MaxSize", "5000000000"),
            ("Registry:Aliases:production:Approvals", "2"));
        var collection = new ServiceCollection();
        collection.AddMlOps(configuration);
        collection.AddMlOps(configuration).ConfigureRegistry(static options => options.Aliases["production"].Approvals = 1);
        await using var services = collection.BuildServiceProvider();

        var options = services.GetRequiredService<IOptions<RegistryOptions>>().Value;

        var policy = options.Aliases["production"];
        Assert.That((policy.CompatibleSignature, policy.GoldenExamples, policy.Approvals), Is.EqualTo((true, false, 1)));
        Assert.That(
            (policy.Metrics["auc"].AtLeast, policy.Metrics["auc"].MaxDecrease, policy.Metrics["auc"].AtMost),
            Is.EqualTo(((double?)0.9, (double?)0.01, (double?)null)));
        Assert.That(policy.Metrics["auc"].Baseline, Is.EqualTo(0.8));
        Assert.That((policy.MaxLatency, policy.MaxSize), Is.EqualTo(((TimeSpan?)TimeSpan.FromMilliseconds(50), (long?)5_000_000_000)));
        Assert.That(policy.RequiredTags, Is.EqualTo(["team"]));
    }

    [TestCase("Actor", "ada", "Did you mean 'MlOps:Actor'")]
    [TestCase("Aliases:latest:Approvals", "1", "MlOps:Registry:Aliases:latest: 'latest' is not an alias")]
    [TestCase("Aliases:production:Approvals", "-1", "MlOps:Registry:Aliases:production:Approvals is -1")]
    [TestCase("Aliases:production:Approvals", "many", "MlOps:Registry:Aliases:production:Approvals")]
    [TestCase("Aliases:production:MaxSize", "0", "MlOps:Registry:Aliases:production:MaxSize is 0. Set it to a number of bytes")]
    [TestCase("Aliases:production:MaxMemory", "-5", "MlOps:Registry:Aliases:production:MaxMemory is -5")]
    [TestCase("Aliases:production:MaxLoadTime", "-00:00:01", "MlOps:Registry:Aliases:production:MaxLoadTime is -00:00:01. Set it to a time of more than zero")]
    [TestCase("Aliases:production:MaxLatency", "00:00:00", "MlOps:Registry:Aliases:production:MaxLatency is 00:00:00")]
    [TestCase("Aliases:production:MaxLatencyP99", "00:00:00", "MlOps:Registry:Aliases:production:MaxLatencyP99 is 00:00:00")]
    [TestCase("Aliases:production:MaxMemoryIncrease", "-0.1", "MaxMemoryIncrease is -0.1. Set it to a finite number, zero or more, or remove it for no limit")]
    [TestCase("Aliases:production:MaxLoadTimeIncrease", "NaN", "MlOps:Registry:Aliases:production:MaxLoadTimeIncrease is NaN")]
    [TestCase("Aliases:production:MaxLatencyP99Increase", "Infinity", "MlOps:Registry:Aliases:production:MaxLatencyP99Increase is Infinity")]
    [TestCase("Aliases:production:Machine", "linux-x64-2", "Machine is 'linux-x64-2', but no gate checks a measured resource. Set a gate such as MaxMemory")]
    [TestCase("Aliases:production:Machine", " ", "MlOps:Registry:Aliases:production:Machine is ' ', which is not a kind of machine")]
    [TestCase("Aliases:production:RequiredTags:0", " ", "MlOps:Registry:Aliases:production:RequiredTags has ' '")]
    [TestCase("Aliases:production:Metrics:auc:AtLeast", "NaN", "MlOps:Registry:Aliases:production:Metrics:auc:AtLeast is NaN. Set it to a finite number, or")]
    [TestCase("Aliases:production:Metrics:auc:AtMost", "Infinity", "MlOps:Registry:Aliases:production:Metrics:auc:AtMost is Infinity")]
    [TestCase(
        "Aliases:production:Metrics:auc:MaxDecrease",
        "-0.1",
        "MlOps:Registry:Aliases:production:Metrics:auc:MaxDecrease is -0.1. Set it to a finite number, zero or more")]
    [TestCase("Aliases:production:Metrics:auc:Baseline", "0.9", "Metrics:auc:Baseline is 0.9, but no bound uses the baseline. Set MaxDecrease or MaxIncrease")]
    public async Task An_invalid_setting_stops_the_start_with_its_full_path(string setting, string value, string fault)
    {
        var thrown = await StartAsync(("Storage:Provider", "Memory"), ($"Registry:{setting}", value));

        Assert.That(thrown!.Failures.Single(), Does.Contain(fault));
    }

    [Test]
    public async Task Faults_of_gates_are_reported_together_with_all_other_faults()
    {
        var thrown = await StartAsync(
            ("Storage:Provider", "nowhere"),
            ("Registry:Aliases:production:Metrics:auc:AtLeast", "2"),
            ("Registry:Aliases:production:Metrics:auc:AtMost", "1"),
            ("Registry:Aliases:production:Approvals", "101"));

        Assert.That(thrown!.Failures, Has.Exactly(3).Items.And.Some.StartsWith("MlOps:Storage:Provider")
            .And.Some.Contains("AtLeast is 2, which is more than AtMost (1)").And.Some.Contains("Approvals is 101"));
    }

    [Test]
    public async Task A_baseline_is_finite()
    {
        var thrown = await StartAsync(
            ("Storage:Provider", "Memory"),
            ("Registry:Aliases:production:Metrics:auc:MaxDecrease", "0.1"),
            ("Registry:Aliases:production:Metrics:auc:Baseline", "NaN"));

        Assert.That(thrown!.Failures.Single(), Does.Contain("Metrics:auc:Baseline is NaN. Set it to a finite number, or remove it for no baseline."));
    }

    [Test]
    public void A_registry_without_a_container_validates_its_options()
    {
        var options = new RegistryOptions { Aliases = { ["production"] = new PromotionPolicy { Metrics = { ["auc"] = new MetricBounds() } } } };

        var thrown = Assert.Throws<OptionsValidationException>(() => _ = new ModelRegistry(new InMemoryArtifactStore(), options))!;

        Assert.That(thrown.Message, Does.Contain("MlOps:Registry:Aliases:production:Metrics:auc sets no bound"));
    }

    private static async Task<OptionsValidationException?> StartAsync(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddMlOps(Configure(settings));
        using var host = builder.Build();
        try
        {
            await host.StartAsync();
            await host.StopAsync();
            return null;
        }
        catch (OptionsValidationException exception)
        {
            return exception;
        }
    }

    private static IConfiguration Configure(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.ToDictionary(static setting => $"MlOps:{setting.Key}", static setting => (string?)setting.Value)).Build();
}
