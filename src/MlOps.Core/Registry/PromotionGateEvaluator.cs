namespace MlOps.Registry;

/// <summary>Evaluates the promotion gates of an alias for a version. A gate whose value is not recorded fails.</summary>
internal static class PromotionGateEvaluator
{
    private const double RelativeTolerance = 1e-12;

    /// <summary>Evaluates the gate <c>format</c>: whether a loader can read the version.</summary>
    /// <returns>A failed result, or <see langword="null"/> if the format is known.</returns>
    public static GateResult? EvaluateFormat(ModelVersion candidate, RegistryOptions options) => ModelFormats.FindFault(candidate.Format, options) is null
        ? null
        : new GateResult(
            "format",
            candidate.Format,
            passed: false,
            "no loader reads the format",
            $"one of {ModelFormats.Describe(options)}; register a loader with AddModelLoader<T>(), or add the format to {RegistryOptions.SectionName}:Formats");

    /// <summary>Evaluates every gate of a policy.</summary>
    /// <param name="policy">The policy of the alias.</param>
    /// <param name="candidate">The version to promote.</param>
    /// <param name="current">The version that has the alias now; <see langword="null"/> if there is none.</param>
    /// <returns>The result of each gate, in the order of the policy.</returns>
    public static IReadOnlyList<GateResult> Evaluate(PromotionPolicy policy, ModelVersion candidate, ModelVersion? current) =>
    [
        .. policy.Metrics.OrderBy(static metric => metric.Key, StringComparer.Ordinal)
            .SelectMany(metric => EvaluateMetric(metric.Key, metric.Value, candidate, current)),
        .. policy.CompatibleSignature ? EvaluateSignature(candidate, current) : [],
        .. policy.GoldenExamples ? EvaluateExamples(candidate) : [],
        .. policy.RequiredTags.Select(tag => EvaluateTag(tag, candidate)),
        .. policy.CompleteCard ? EvaluateCard(candidate) : [],
        .. ResourceGateEvaluator.Evaluate(policy, candidate, current),
        .. policy.Approvals > 0 ? EvaluateApprovals(policy.Approvals, candidate) : [],
    ];

    private static IEnumerable<GateResult> EvaluateMetric(string name, MetricBounds bounds, ModelVersion candidate, ModelVersion? current)
    {
        var value = Find(candidate, name);
        if (bounds.AtLeast is { } least)
        {
            yield return Metric(value >= least, Describe(candidate, name), Invariant($"at least {least}"));
        }

        if (bounds.AtMost is { } most)
        {
            yield return Metric(value <= most, Describe(candidate, name), Invariant($"at most {most}"));
        }

        if (bounds.MaxDecrease is not null || bounds.MaxIncrease is not null)
        {
            var (reference, origin, remedy) = FindReference(name, bounds, current);
            var measured = $"{Describe(candidate, name)} ({origin})";
            var tolerance = RelativeTolerance * Math.Abs(reference ?? 0);
            if (bounds.MaxDecrease is { } decrease)
            {
                yield return Relative(reference - value > decrease + tolerance, Invariant($"a decrease of at most {decrease}{remedy}"));
            }

            if (bounds.MaxIncrease is { } increase)
            {
                yield return Relative(value - reference > increase + tolerance, Invariant($"an increase of at most {increase}{remedy}"));
            }

            GateResult Relative(bool exceeds, string required) => Metric(value is not null && remedy is null && !exceeds, measured, required);
        }

        GateResult Metric(bool passed, string measured, string required) => new("metric", name, passed, measured, required);
    }

    /// <summary>Finds the value that a relative bound compares with: the value of the current version or, if there is none, the baseline.</summary>
    /// <returns>The value or <see langword="null"/>, its description, and the remedy if the current version has no usable value.</returns>
    private static (double? Value, string Origin, string? Remedy) FindReference(string name, MetricBounds bounds, ModelVersion? current)
    {
        if (current is not null && FindStored(current, name) is { } stored)
        {
            var value = current.Metrics[stored];
            var origin = Invariant($"version {current.Number}: {value}");
            return double.IsFinite(value)
                ? (value, origin, null)
                : (null, origin, Invariant($"; the value of version {current.Number} is not finite, so force the alias with a reason"));
        }

        var missing = current is null ? "no previous version" : Invariant($"version {current.Number}: {Describe(current, name)}");
        return (bounds.Baseline, current) switch
        {
            ({ } baseline, _) => (baseline, Invariant($"{missing}; baseline: {baseline}"), null),
            (null, null) => (null, missing, null),
            _ => (null, missing, Invariant($"; add the metric to version {current.Number} with AddMetricsAsync, or set Baseline for '{name}'")),
        };
    }

    private static IEnumerable<GateResult> EvaluateSignature(ModelVersion candidate, ModelVersion? current)
    {
        const string gate = "signature";
        if (candidate.Signature is null || current is { Signature: null })
        {
            var number = (candidate.Signature is null ? candidate : current!).Number;
            yield return new GateResult(
                gate, "", passed: false, $"version {number} has no signature", "a signature in each version, set with ModelRegistration.Signature");
            yield break;
        }

        var breaks = current is null ? [] : candidate.Signature.FindBreakingChanges(current.Signature!);
        foreach (var found in breaks)
        {
            yield return new GateResult(
                gate, found.Feature, passed: false, $"{found.Aspect} is {found.After}", $"{found.Before}, as in version {current!.Number}");
        }

        if (breaks.Count == 0)
        {
            var measured = current is null ? "no previous version" : $"compatible with version {current.Number}";
            yield return new GateResult(gate, "", passed: true, measured, "compatible");
        }
    }

    private static GateResult[] EvaluateExamples(ModelVersion candidate) =>
        [new GateResult("golden examples", "", candidate.ExampleCount > 0, Invariant($"{candidate.ExampleCount}"), "at least 1")];

    private static GateResult EvaluateTag(string tag, ModelVersion candidate) => candidate.Tags.TryGetValue(tag, out var value)
        ? new GateResult("required tag", tag, passed: true, $"'{value}'", "any value")
        : new GateResult("required tag", tag, passed: false, "not set", "any value");

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
        return [new GateResult("model card", "", missing.Length == 0, missing.Length == 0 ? "complete" : $"incomplete (missing: {missing})", "complete")];
    }

    private static GateResult[] EvaluateApprovals(int required, ModelVersion candidate)
    {
        var people = candidate.Approvals.Select(static approval => approval.Actor.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(by => !by.Equals(candidate.Actor.Trim(), StringComparison.OrdinalIgnoreCase)).ToArray();
        var measured = people.Length == 0 ? "none" : Invariant($"{people.Length} ({string.Join(", ", people)})");
        var requirement = Invariant($"{required} from persons other than the author '{candidate.Actor}'");
        return [new GateResult("approvals", "", people.Length >= required, measured, requirement)];
    }

    /// <summary>Gets the value of a metric, if it is recorded and finite.</summary>
    private static double? Find(ModelVersion version, string name) =>
        FindStored(version, name) is { } stored && double.IsFinite(version.Metrics[stored]) ? version.Metrics[stored] : null;

    private static string? FindStored(ModelVersion version, string name) => NearestName.FindIgnoringCase(name, version.Metrics.Keys);

    private static string Describe(ModelVersion version, string name)
    {
        if (FindStored(version, name) is { } stored)
        {
            return Invariant($"{version.Metrics[stored]}");
        }

        return NearestName.Find(name, version.Metrics.Keys) is { } nearest ? $"not recorded (did you mean '{nearest}'?)" : "not recorded";
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
