using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Creates the check of a slice of a tensor.</summary>
internal sealed class TensorCheckCompiler(TensorSlice slice, FeatureType type, InputPolicy policy, List<string> faults)
    : RuleCompiler<TensorCheck>($"input '{slice.Input.Name}'", type, slice.Feature, policy, faults)
{
    /// <summary>Compiles the check of numbers. NaN is the missing value, because tensors have no null. An optional input is omitted instead.</summary>
    protected override TensorCheck? CompileNumber<T>() =>
        Compile<T, NumberRule<T>>(new(Feature, allowsMissing: Feature.IsNullable && !slice.Input.IsOptional));

    protected override TensorCheck? Compile<T, TRule>(TRule rule) =>
        TryCreateValuePolicy<T, TRule>(rule, out var valuePolicy) ? new TensorCheck<T, TRule>(slice, rule, valuePolicy) : null;
}
