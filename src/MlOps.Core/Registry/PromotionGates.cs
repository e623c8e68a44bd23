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

        var before = current is null ? null : Find(current, name);
        var measured = current is null
            ? $"{Describe(candidate, name)}, and no version before it"
            : $"{Describe(candidate, name)} after {Describe(current, name)} of version {current.Number}";
        if (gate.MaxDecrease is { } decrease)
        {
            yield return Metric(
                value is not null && (current is null || before - value <= decrease + (Slack * Math.Abs(before ?? 0))), measured, Invariant($"at most {decrease} less"));
        }

        if (gate.MaxIncrease is { } increase)
        {
            yield return Metric(
                value is not null && (current is null || value - before <= increase + (Slack * Math.Abs(before ?? 0))), measured, Invariant($"at most {increase} more"));
        }

        GateResult Metric(bool passed, string found, string required) => new("metric", name, passed, found, required);
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

        var breaks = current is null ? [] : candidate.Signature.FindBreaks(current.Signature!);
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
        NearestName.FindIgnoringCase(name, version.Metrics.Keys) is { } stored && double.IsFinite(version.Metrics[stored]) ? version.Metrics[stored] : null;

    private static string Describe(ModelVersion version, string name)
    {
        if (NearestName.FindIgnoringCase(name, version.Metrics.Keys) is { } stored)
        {
            return Invariant($"{version.Metrics[stored]}");
        }

        return NearestName.Find(name, version.Metrics.Keys) is { } nearest ? $"not recorded, but '{nearest}' is" : "not recorded";
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
