namespace MlOps.Registry;

/// <summary>Holds a version against the policy of an alias. What is not known does not pass.</summary>
internal static class PromotionGates
{
    private const double Slack = 1e-12;

    /// <summary>Evaluates whether anything can load a version.</summary>
    /// <returns>A failed result, or <see langword="null"/> if the format is known.</returns>
    public static GateResult? EvaluateFormat(ModelVersion candidate, RegistryOptions options) => ModelFormats.FindFault(candidate.Format, options) is null ? null
        : new GateResult(
            "format", candidate.Format, Passed: false, "no loader reads it",
            $"one of {ModelFormats.Describe(options)}; a loader of another format is registered with AddModelLoader<T>(), or the format is added to {RegistryOptions.SectionName}:Formats");

    /// <summary>Evaluates every gate of a policy.</summary>
    /// <param name="policy">The alias's policy.</param>
    /// <param name="candidate">The version that is to have the alias.</param>
    /// <param name="current">The version that has it now, if one has.</param>
    /// <returns>A result for each gate, in the policy's order.</returns>
    public static IReadOnlyList<GateResult> Evaluate(PromotionPolicy policy, ModelVersion candidate, ModelVersion? current) =>
    [
        .. policy.Metrics.OrderBy(static metric => metric.Key, StringComparer.Ordinal).SelectMany(metric => EvaluateMetric(metric.Key, metric.Value, candidate, current)),
        .. policy.CompatibleSignature ? EvaluateSignature(candidate, current) : [],
        .. policy.GoldenExamples ? EvaluateExamples(candidate) : [],
        .. policy.RequiredTags.Select(tag => EvaluateTag(tag, candidate)),
        .. policy.CompleteCard ? EvaluateCard(candidate) : [],
        .. EvaluateResources(policy, candidate),
        .. policy.Approvals > 0 ? EvaluateApprovals(policy.Approvals, candidate) : [],
    ];

    private static IEnumerable<GateResult> EvaluateMetric(string name, MetricGate gate, ModelVersion candidate, ModelVersion? current)
    {
        var value = Find(candidate, name);
        if (gate.AtLeast is { } least)
        {
            yield return Metric(value >= least, Describe(candidate, name), Invariant($"at least {least}"));
        }

        if (gate.AtMost is { } most)
        {
            yield return Metric(value <= most, Describe(candidate, name), Invariant($"at most {most}"));
        }

        if (gate.MaxDecrease is not null || gate.MaxIncrease is not null)
        {
            var (reference, origin, unsettled) = FindReference(name, gate, current);
            var measured = $"{Describe(candidate, name)}{origin}";
            var slack = Slack * Math.Abs(reference ?? 0);
            if (gate.MaxDecrease is { } decrease)
            {
                yield return Relative(reference - value > decrease + slack, Invariant($"at most {decrease} less{unsettled}"));
            }

            if (gate.MaxIncrease is { } increase)
            {
                yield return Relative(value - reference > increase + slack, Invariant($"at most {increase} more{unsettled}"));
            }

            GateResult Relative(bool exceeds, string required) => Metric(value is not null && unsettled is null && !exceeds, measured, required);
        }

        GateResult Metric(bool passed, string found, string required) => new("metric", name, passed, found, required);
    }

    /// <summary>Finds the value that a relative bound compares with: the current version's, or the baseline where there is none.</summary>
    /// <returns>The value, or <see langword="null"/>; its origin; and the remedy if a current version has no value to compare with.</returns>
    private static (double? Value, string Origin, string? Remedy) FindReference(string name, MetricGate gate, ModelVersion? current)
    {
        if (current is not null && FindStored(current, name) is { } stored)
        {
            var value = current.Metrics[stored];
            var origin = Invariant($" after {value} of version {current.Number}");
            return double.IsFinite(value)
                ? (value, origin, null)
                : (null, origin, Invariant($" than version {current.Number}, whose value is not finite; force the alias with a reason"));
        }

        var missing = current is null
            ? ", and no version before it"
            : Invariant($", and the current version {current.Number} has no such metric ({Describe(current, name)})");
        return (gate.Baseline, current) switch
        {
            ({ } baseline, _) => (baseline, Invariant($"{missing}; compared with the baseline {baseline}"), null),
            (null, null) => (null, missing, null),
            _ => (null, missing, Invariant(
                $" than version {current.Number}, or than a baseline: add the metric to that version with AddMetricsAsync, or set Baseline for '{name}'")),
        };
    }

    private static IEnumerable<GateResult> EvaluateSignature(ModelVersion candidate, ModelVersion? current)
    {
        const string gate = "signature";
        if (candidate.Signature is null || current is { Signature: null })
        {
            yield return new GateResult(
                gate, "", Passed: false, $"version {(candidate.Signature is null ? candidate : current!).Number} has none", "one in each version, set as ModelRegistration.Signature");
            yield break;
        }

        var breaks = current is null ? [] : candidate.Signature.FindBreakingChanges(current.Signature!);
        foreach (var found in breaks)
        {
            yield return new GateResult(gate, found.Feature, Passed: false, $"{found.Aspect} is {found.After}", $"as in version {current!.Number}: {found.Before}");
        }

        if (breaks.Count == 0)
        {
            yield return new GateResult(gate, "", Passed: true, current is null ? "no version before it" : $"compatible with version {current.Number}", "compatible");
        }
    }

    private static GateResult[] EvaluateExamples(ModelVersion candidate) =>
        [new GateResult("golden examples", "", candidate.ExampleCount > 0, Invariant($"{candidate.ExampleCount}"), "at least 1")];

    private static GateResult EvaluateTag(string tag, ModelVersion candidate) => candidate.Tags.TryGetValue(tag, out var value)
        ? new GateResult("required tag", tag, Passed: true, $"'{value}'", "any value")
        : new GateResult("required tag", tag, Passed: false, "not set", "any value");

    private static GateResult[] EvaluateCard(ModelVersion candidate)
    {
        (string Part, bool IsThere)[] parts =
        [
            ("description", !string.IsNullOrWhiteSpace(candidate.Description)),
            ("intended use", !string.IsNullOrWhiteSpace(candidate.IntendedUse)),
            ("signature", candidate.Signature is not null),
            ("metrics", candidate.Metrics.Count > 0),
            ("datasets", candidate.Lineage.Datasets.Count > 0),
            ("git commit", !string.IsNullOrWhiteSpace(candidate.Lineage.GitCommit)),
        ];
        var missing = string.Join(", ", parts.Where(static part => !part.IsThere).Select(static part => part.Part));
        return [new GateResult("model card", "", missing.Length == 0, missing.Length == 0 ? "complete" : $"without {missing}", "complete")];
    }

    private static IEnumerable<GateResult> EvaluateResources(PromotionPolicy policy, ModelVersion candidate)
    {
        (string Gate, IComparable? Measured, object? Most, string Unit)[] limits =
        [
            ("size", candidate.Size, policy.MaxSize, " bytes"),
            ("load time", candidate.Resources?.LoadTime, policy.MaxLoadTime, ""),
            ("memory", candidate.Resources?.Memory, policy.MaxMemory, " bytes"),
            ("latency", candidate.Resources?.Latency, policy.MaxLatency, ""),
        ];
        return limits.Where(static limit => limit.Most is not null).Select(static limit => new GateResult(
            limit.Gate,
            "",
            limit.Measured?.CompareTo(limit.Most) <= 0,
            limit.Measured is null ? "not measured" : Invariant($"{limit.Measured}{limit.Unit}"),
            Invariant($"at most {limit.Most}{limit.Unit}")));
    }

    private static GateResult[] EvaluateApprovals(int required, ModelVersion candidate)
    {
        var people = candidate.Approvals.Select(static approval => approval.Actor.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(by => !by.Equals(candidate.Actor.Trim(), StringComparison.OrdinalIgnoreCase)).ToArray();
        var measured = people.Length == 0 ? "nobody" : Invariant($"{people.Length} ({string.Join(", ", people)})");
        return [new GateResult("approvals", "", people.Length >= required, measured, Invariant($"{required} by others than the author, {candidate.Actor}"))];
    }

    /// <summary>Gets a metric that can be compared.</summary>
    private static double? Find(ModelVersion version, string name) =>
        FindStored(version, name) is { } stored && double.IsFinite(version.Metrics[stored]) ? version.Metrics[stored] : null;

    private static string? FindStored(ModelVersion version, string name) => NearestName.FindIgnoringCase(name, version.Metrics.Keys);

    private static string Describe(ModelVersion version, string name)
    {
        if (FindStored(version, name) is { } stored)
        {
            return Invariant($"{version.Metrics[stored]}");
        }

        return NearestName.Find(name, version.Metrics.Keys) is { } nearest ? $"not recorded, but '{nearest}' is" : "not recorded";
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
