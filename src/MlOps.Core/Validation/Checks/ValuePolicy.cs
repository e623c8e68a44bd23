namespace MlOps.Validation;

/// <summary>The policy of a feature, with the value to impute.</summary>
/// <param name="Policy">The policy of the feature.</param>
/// <param name="HasImpute"><see langword="true"/> if the feature has a value to impute.</param>
/// <param name="Impute">The value to impute.</param>
internal readonly record struct ValuePolicy<T>(InputPolicy Policy, bool HasImpute, T Impute)
{
    /// <summary>Gets the policy for a violation that replacing a value cannot correct, such as a missing array.</summary>
    public InputPolicy WithoutReplacement => Replaces(Policy) ? InputPolicy.Reject : Policy;

    /// <summary>Determines the policy for a fault. If the policy of the feature is not applicable, the row is rejected.</summary>
    /// <returns>
    /// The policy. <paramref name="replacement"/> is valid if the policy is <see cref="InputPolicy.Clamp"/> or <see cref="InputPolicy.Impute"/>.
    /// </returns>
    public InputPolicy Decide(ValueFault<T> fault, bool toleratesUnseen, out T? replacement)
    {
        replacement = Policy == InputPolicy.Clamp ? fault.Nearest : Impute;
        return toleratesUnseen && fault.Rule == InputRule.Category && Policy != InputPolicy.Observe ? InputPolicy.Warn
            : Policy == InputPolicy.Clamp && !fault.CanClamp ? InputPolicy.Reject
            : Policy == InputPolicy.Impute && !HasImpute ? InputPolicy.Reject
            : Policy;
    }

    public static bool Replaces(InputPolicy policy) => policy is InputPolicy.Clamp or InputPolicy.Impute;
}
