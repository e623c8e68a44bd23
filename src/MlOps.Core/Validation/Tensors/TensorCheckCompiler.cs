using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Creates the check of the values of a tensor.</summary>
internal sealed class TensorCheckCompiler(TensorPart part, FeatureType type, InputPolicy policy, List<string> faults)
    : RuleCompiler<TensorCheck>($"input '{part.Input.Name}'", type, part.Feature, policy, faults)
{
    /// <summary>Compiles the check of numbers, of which NaN is the missing one: a tensor has no null. An optional input is missing if the tensor is.</summary>
    protected override TensorCheck? CompileNumber<T>() =>
        Compile<T, NumberRule<T>>(new(Feature, allowsMissing: Feature.IsNullable && !part.Input.IsOptional));

    protected override TensorCheck? Compile<T, TRule>(TRule rule) =>
        TryCreateRemedy<T, TRule>(rule, out var remedy) ? new TensorCheck<T, TRule>(part, rule, remedy) : null;
}
