namespace MlOps.Registry;

/// <summary>Evaluates the promotion gates of measured resources. A gate whose value is not measured fails.</summary>
internal static class ResourceGateEvaluator
{
    private const double RelativeTolerance = 1e-12;
    private const string Call = "IResourceMeter.MeasureAsync";

    private static readonly Resource s_loadTime = new("load time", static profile => profile.LoadTime?.Ticks, FormatTime);
    private static readonly Resource s_memory = new("memory", static profile => profile.Memory, FormatBytes);
    private static readonly Resource s_latency = new("latency", static profile => profile.Latency?.Ticks, FormatTime);
    private static readonly Resource s_latencyP99 = new("latency p99", static profile => profile.LatencyP99?.Ticks, FormatTime);

    /// <summary>Evaluates the gates of a policy for resources.</summary>
    /// <param name="policy">The policy of the alias.</param>
    /// <param name="candidate">The version to promote.</param>
    /// <param name="current">The version that has the alias now; <see langword="null"/> if there is none.</param>
    /// <returns>The result of each gate.</returns>
    public static IEnumerable<GateResult> Evaluate(PromotionPolicy policy, ModelVersion candidate, ModelVersion? current)
    {
        GateResult?[] results =
        [
            policy.MaxSize is { } size
                ? new GateResult("size", "", candidate.Size <= size, FormatBytes(candidate.Size), $"at most {FormatBytes(size)}")
                : null,
            Limit(s_loadTime, policy.MaxLoadTime?.Ticks),
            Increase(s_loadTime, policy.MaxLoadTimeIncrease),
            Limit(s_memory, policy.MaxMemory),
            Increase(s_memory, policy.MaxMemoryIncrease),
            Limit(s_latency, policy.MaxLatency?.Ticks),
            Limit(s_latencyP99, policy.MaxLatencyP99?.Ticks),
            Increase(s_latencyP99, policy.MaxLatencyP99Increase),
        ];
        return results.OfType<GateResult>();

        GateResult? Limit(Resource resource, long? most) => most is { } limit ? EvaluateLimit(resource, limit, policy.Machine, candidate) : null;

        GateResult? Increase(Resource resource, double? most) =>
            most is { } limit ? EvaluateIncrease(resource, limit, policy.Machine, candidate, current) : null;
    }

    private static GateResult EvaluateLimit(Resource resource, long most, string? machine, ModelVersion candidate)
    {
        var required = $"at most {resource.Format(most)}";
        var measured = Find(resource, machine, candidate);
        if (measured.Length == 0)
        {
            return NotMeasured(resource, machine, candidate, required);
        }

        var worst = measured.MaxBy(static value => value.Value)!;
        return new GateResult(resource.Gate, "", worst.Value <= most, Describe(resource, worst), required);
    }

    private static GateResult EvaluateIncrease(Resource resource, double most, string? machine, ModelVersion candidate, ModelVersion? current)
    {
        var required = FormattableString.Invariant($"an increase of at most {most * 100:0.####} %");
        var measured = Find(resource, machine, candidate);
        if (measured.Length == 0)
        {
            return NotMeasured(resource, machine, candidate, required);
        }

        if (current is null)
        {
            return new GateResult(resource.Gate, "", passed: true, $"{Describe(resource, measured[0])} (no previous version)", required);
        }

        var before = Find(resource, machine, current);
        var pairs = measured
            .Join(before, static value => value.Machine ?? "", static value => value.Machine ?? "", static (after, before) => (After: after, Before: before))
            .ToArray();
        if (pairs.Length == 0)
        {
            return new GateResult(
                resource.Gate,
                "",
                passed: false,
                $"{Describe(resource, measured[0])} (version {current.Number}: not measured{On(measured[0].Machine)})",
                $"{required}; measure version {current.Number} with {Call}{OnKind(measured[0].Machine)}");
        }

        var (worst, reference) = pairs.MaxBy(static pair => (double)pair.After.Value / Math.Max(pair.Before.Value, 1));
        return new GateResult(
            resource.Gate,
            "",
            worst.Value <= reference.Value * (1 + most) * (1 + RelativeTolerance),
            $"{Describe(resource, worst)} (version {current.Number}: {resource.Format(reference.Value)})",
            required);
    }

    private static GateResult NotMeasured(Resource resource, string? machine, ModelVersion candidate, string required)
    {
        var others = string.Join(", ", Find(resource, machine: null, candidate).Select(static value => value.Machine ?? "a machine that is not stated"));
        return new GateResult(
            resource.Gate,
            "",
            passed: false,
            $"not measured{On(machine)}{(others.Length == 0 ? "" : $" (measured on {others})")}",
            $"{required}; measure version {candidate.Number} with {Call}{OnKind(machine)}");
    }

    /// <summary>Finds the measured values of a resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="machine">The kind of machine; <see langword="null"/> for every kind.</param>
    /// <param name="version">The version.</param>
    private static Measured[] Find(Resource resource, string? machine, ModelVersion version) =>
    [
        .. version.ResourcesByMachine.Where(profile => (machine is null || profile.Machine == machine) && resource.Get(profile) is not null)
            .Select(profile => new Measured(profile.Machine, resource.Get(profile)!.Value)),
    ];

    private static string Describe(Resource resource, Measured value) => resource.Format(value.Value) + On(value.Machine);

    private static string On(string? machine) => machine is null ? "" : $" on {machine}";

    private static string OnKind(string? machine) => machine is null ? "" : $" on a machine of the kind '{machine}'";

    private static string FormatBytes(long bytes) => FormattableString.Invariant($"{bytes} bytes");

    private static string FormatTime(long ticks) => new TimeSpan(ticks).ToString();

    /// <summary>A resource with its gate, its value in a profile in bytes or ticks, and the format of its values.</summary>
    private sealed record Resource(string Gate, Func<ResourceProfile, long?> Get, Func<long, string> Format);

    private sealed record Measured(string? Machine, long Value);
}
