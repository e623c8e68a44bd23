namespace MlOps.Registry;

public sealed class ResourceGateTests
{
    private static readonly PromotionPolicy s_tenPercent = new()
    {
        MaxMemoryIncrease = 0.1,
        MaxLoadTimeIncrease = 0.1,
        MaxLatencyP99Increase = 0.1,
    };

    [TestCase(100, true)]
    [TestCase(101, false)]
    [TestCase(null, false)]
    public void A_version_must_not_exceed_the_maximum_memory(long? memory, bool passes)
    {
        var version = Version(2, new ResourceProfile { Machine = "a", Memory = memory, ArtifactSize = 1 });

        Assert.That(Passes(new PromotionPolicy { MaxMemory = 100 }, version), Is.EqualTo(passes));
    }

    [TestCase(10, true)]
    [TestCase(11, false)]
    [TestCase(null, false)]
    public void A_version_must_not_exceed_the_maximum_99th_percentile_of_the_latency(int? milliseconds, bool passes)
    {
        TimeSpan? latency = milliseconds is { } value ? TimeSpan.FromMilliseconds(value) : null;
        var version = Version(2, new ResourceProfile { Machine = "a", LatencyP99 = latency, Latency = TimeSpan.Zero });

        var result = Evaluate(new PromotionPolicy { MaxLatencyP99 = TimeSpan.FromMilliseconds(10) }, version);

        Assert.That((result.Gate, result.Passed), Is.EqualTo(("latency p99", passes)));
    }

    [Test]
    public void The_greatest_value_of_all_kinds_of_machines_counts()
    {
        var version = Version(2, new ResourceProfile { Machine = "a", Memory = 90 }, new ResourceProfile { Machine = "b", Memory = 110 });

        var result = Evaluate(new PromotionPolicy { MaxMemory = 100 }, version);

        Assert.That($"{result} {result.Passed}", Is.EqualTo("memory: 110 bytes on b, required: at most 100 bytes False"));
        Assert.That(Passes(new PromotionPolicy { MaxMemory = 100, Machine = "a" }, version), Is.True, "on the machine of the policy");
    }

    [Test]
    public void A_version_that_is_not_measured_on_the_machine_of_the_policy_fails_with_the_remedy()
    {
        var version = Version(2, new ResourceProfile { Machine = "a", Memory = 90 });

        var result = Evaluate(new PromotionPolicy { MaxMemory = 100, Machine = "b" }, version);

        Assert.That($"{result} {result.Passed}", Is.EqualTo(
            "memory: not measured on b (measured on a), required: at most 100 bytes; "
            + "measure version 2 with IResourceMeter.MeasureAsync on a machine of the kind 'b' False"));
    }

    [TestCase(110, true)]
    [TestCase(90, true)]
    [TestCase(111, false)]
    public void A_resource_must_not_increase_by_more_than_the_bound(int after, bool passes)
    {
        var results = PromotionGateEvaluator.Evaluate(s_tenPercent, Version(2, Profile("a", after)), Version(1, Profile("a", 100)));

        Assert.That(results.Select(static gate => gate.Gate), Is.EqualTo(["load time", "memory", "latency p99"]));
        Assert.That(results, Has.All.Matches<GateResult>(gate => gate!.Passed == passes));
    }

    [Test]
    public void An_increase_is_compared_on_the_same_kind_of_machine()
    {
        var (current, candidate) = (Version(1, Profile("a", 100), Profile("b", 10)), Version(2, Profile("b", 12), Profile("c", 1)));

        var result = Evaluate(new PromotionPolicy { MaxMemoryIncrease = 0.1 }, candidate, current);

        Assert.That($"{result} {result.Passed}", Is.EqualTo("memory: 12 bytes on b (version 1: 10 bytes), required: an increase of at most 10 % False"));
    }

    [Test]
    public void Values_without_a_kind_of_machine_are_compared_with_each_other()
    {
        var result = Evaluate(new PromotionPolicy { MaxMemoryIncrease = 0.1 }, Version(2, Profile(null, 12)), Version(1, Profile(null, 10)));

        Assert.That($"{result} {result.Passed}", Is.EqualTo("memory: 12 bytes (version 1: 10 bytes), required: an increase of at most 10 % False"));
    }

    [Test]
    public void A_relative_gate_fails_if_the_current_version_is_not_measured_on_the_same_kind_of_machine()
    {
        var result = Evaluate(new PromotionPolicy { MaxMemoryIncrease = 0.1 }, Version(2, Profile("a", 1)), Version(1, Profile("b", 10)));

        Assert.That($"{result} {result.Passed}", Is.EqualTo(
            "memory: 1 bytes on a (version 1: not measured on a), required: an increase of at most 10 %; "
            + "measure version 1 with IResourceMeter.MeasureAsync on a machine of the kind 'a' False"));
    }

    [Test]
    public void The_first_version_of_an_alias_passes_a_relative_gate_if_it_is_measured()
    {
        Assert.That(Passes(new PromotionPolicy { MaxMemoryIncrease = 0 }, Version(1, Profile("a", 1))), Is.True);
        Assert.That(Passes(new PromotionPolicy { MaxMemoryIncrease = 0 }, Version(1)), Is.False);
    }

    private static ResourceProfile Profile(string? machine, int value) => new()
    {
        Machine = machine,
        LoadTime = TimeSpan.FromSeconds(value),
        Memory = value,
        LatencyP99 = TimeSpan.FromMilliseconds(value),
    };

    private static bool Passes(PromotionPolicy policy, ModelVersion candidate) => Evaluate(policy, candidate).Passed;

    private static GateResult Evaluate(PromotionPolicy policy, ModelVersion candidate, ModelVersion? current = null) =>
        PromotionGateEvaluator.Evaluate(policy, candidate, current).Single();

    private static ModelVersion Version(int number, params ResourceProfile[] profiles)
    {
        var version = new ModelVersion
        {
            Model = "churn",
            Number = number,
            Format = "onnx",
            Actor = "ada",
            Manifest = default,
            FileCount = 1,
            ExampleCount = 1,
            Size = 7,
        };
        Array.ForEach(profiles, version.AddResources);
        return version;
    }
}
