namespace MlOps.Validation;

/// <summary>What a policy makes of a value that is not allowed.</summary>
/// <param name="Policy">The policy of the feature.</param>
/// <param name="HasImpute">Whether there is a value to impute.</param>
/// <param name="Impute">The value to impute.</param>
internal readonly record struct ValueRemedy<T>(InputPolicy Policy, bool HasImpute, T Impute)
{
    /// <summary>Gets the policy for a violation that no replaced value can mend, such as a missing array.</summary>
    public InputPolicy WithoutReplacement => Replaces(Policy) ? InputPolicy.Reject : Policy;

    /// <summary>Decides what is done, which is to refuse the row where the policy cannot be followed.</summary>
    /// <returns>The policy followed; <paramref name="replacement"/> counts if it is <see cref="InputPolicy.Clamp"/> or <see cref="InputPolicy.Impute"/>.</returns>
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
