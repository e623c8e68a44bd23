using System.Text.Json.Nodes;
using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Registry;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ResourcesByMachineTests : IDisposable
{
    private readonly Registrations _registrations = new();
    private readonly InMemoryArtifactStore _store = new();
    private readonly ModelRegistry _registry;

    public ResourcesByMachineTests() => _registry = new ModelRegistry(_store);

    public void Dispose() => _registrations.Delete();

    [Test]
    public void The_kind_of_this_machine_has_the_system_the_architecture_and_the_number_of_processors() =>
        Assert.That(ResourceProfile.CurrentMachine, Does.Match($"^(linux|win|osx|other)-[a-z0-9]+-{Environment.ProcessorCount}$"));

    [Test]
    public async Task Each_kind_of_machine_has_its_own_values()
    {
        await _registry.RegisterAsync("churn", _registrations.Plain());
        await _registry.SetResourcesAsync("churn", 1, new ResourceProfile { Machine = "b", Memory = 1, LoadTime = TimeSpan.FromSeconds(1) });
        await _registry.SetResourcesAsync("churn", 1, new ResourceProfile { Machine = "a", Memory = 2, ArtifactSize = 7 });
        await _registry.SetResourcesAsync("churn", 1, new ResourceProfile { Memory = 3 });
        await _registry.SetResourcesAsync("churn", 1, new ResourceProfile { Machine = "b", Memory = 4, LatencyP99 = TimeSpan.FromSeconds(5) });

        var version = await new ModelRegistry(_store).GetVersionAsync("churn", "1");

        Assert.That(version.ResourcesByMachine.Select(Describe), Is.EqualTo([" 3   ", "a 2   7", "b 4 00:00:01 00:00:05 "]));
        Assert.That(Describe(version.Resources!), Is.EqualTo(" 4 00:00:01 00:00:05 7"), "the latest values of all kinds");
    }

    [Test]
    public async Task Resources_of_a_registration_are_a_profile()
    {
        await _registry.RegisterAsync("churn", new ModelRegistration
        {
            Format = "onnx",
            Files = [_registrations.File],
            Resources = new ResourceProfile { Machine = "a", Memory = 1 },
        });

        var registered = await _registry.GetVersionAsync("churn", "1");
        await _registry.SetResourcesAsync("churn", 1, new ResourceProfile { Machine = "b", Memory = 2 });

        Assert.That(registered.ResourcesByMachine.Select(Describe), Is.EqualTo(["a 1   "]));
        Assert.That((await _registry.GetVersionAsync("churn", "1")).ResourcesByMachine.Select(Describe), Is.EqualTo(["a 1   ", "b 2   "]));
        Assert.That((await _registry.GetVersionAsync("churn", "1")).Resources!.Machine, Is.Null);
    }

    [Test]
    public async Task A_checkpoint_keeps_the_values_of_each_kind_of_machine()
    {
        await _registry.RegisterAsync("churn", _registrations.Plain());
        await _registry.SetResourcesAsync("churn", 1, new ResourceProfile { Machine = "a", Memory = 1 });
        for (var change = 3; change <= 101; change++)
        {
            await _registry.SetResourcesAsync("churn", 1, new ResourceProfile { Machine = "b", Memory = change });
        }

        var version = await new ModelRegistry(_store).GetVersionAsync("churn", "1");

        Assert.That(await _store.FindAsync(ArtifactPath.Parse("models/churn/checkpoint-2.json")), Is.Not.Null);
        Assert.That(version.ResourcesByMachine.Select(Describe), Is.EqualTo(["a 1   ", "b 101   "]));
    }

    [Test]
    public async Task A_checkpoint_of_an_earlier_version_is_not_used()
    {
        await _registry.RegisterAsync("churn", _registrations.Plain());
        await _registry.SetResourcesAsync("churn", 1, new ResourceProfile { Machine = "a", Memory = 1 });
        await _store.WriteTextAsync(ArtifactPath.Parse("models/churn/checkpoint.json"), "{}");

        var version = await new ModelRegistry(_store).GetVersionAsync("churn", "1");

        Assert.That(version.ResourcesByMachine.Select(Describe), Is.EqualTo(["a 1   "]));
    }

    [Test]
    public async Task An_event_without_a_kind_of_machine_is_stored_as_by_earlier_versions()
    {
        await _registry.RegisterAsync("churn", _registrations.Plain());
        await _registry.SetResourcesAsync("churn", 1, new ResourceProfile { Memory = 1 });

        var stored = JsonNode.Parse(await _store.ReadTextAsync(ArtifactPath.Parse($"models/churn/log/{2:D20}.json")))!["event"]!;

        Assert.That(stored.ToJsonString(), Is.EqualTo("""{"kind":"profiled","version":1,"resources":{"memory":1}}"""));
        Assert.That((await _registry.GetVersionAsync("churn", "1")).ResourcesByMachine.Select(Describe), Is.EqualTo([" 1   "]));
    }

    [Test]
    public async Task The_model_card_lists_the_values_of_each_kind_of_machine()
    {
        await _registry.RegisterAsync("churn", _registrations.Plain());
        await _registry.SetResourcesAsync("churn", 1, new ResourceProfile { Machine = "linux|x64", Memory = 1000, Latency = TimeSpan.FromMilliseconds(2) });
        await _registry.SetResourcesAsync("churn", 1, new ResourceProfile { LatencyP99 = TimeSpan.FromMilliseconds(3), ArtifactSize = 7 });

        var card = await _registry.RenderCardAsync("churn", "1");

        Assert.That(card, Does.Contain("""
            | Machine | Load time | Memory | Latency, median | Latency, 99th percentile | Files |
            |---|---|---|---|---|---|
            | not stated | not measured | not measured | not measured | 00:00:00.0030000 | 7 bytes |
            | linux\|x64 | not measured | 1000 bytes | 00:00:00.0020000 | not measured | not measured |
            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public async Task The_model_card_states_how_to_measure_a_version()
    {
        await _registry.RegisterAsync("churn", _registrations.Plain());

        var card = await _registry.RenderCardAsync("churn", "1");

        Assert.That(card, Does.Contain("## Resources\n\nNone are measured.").And.Contain("IResourceMeter.MeasureAsync"));
    }

    private static string Describe(ResourceProfile profile) =>
        $"{profile.Machine} {profile.Memory} {profile.LoadTime} {profile.LatencyP99} {profile.ArtifactSize}";
}
