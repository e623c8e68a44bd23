using System.Diagnostics.CodeAnalysis;

namespace MlOps.Validation;

/// <summary>Checks rows against a schema, compiled once for their type.</summary>
/// <remarks>Thread safety: for one caller at a time; <see cref="Fork"/> makes another for another thread, which shares what was compiled.</remarks>
/// <typeparam name="TInput">The type of a row.</typeparam>
public sealed class InputValidator<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput>
    where TInput : class
{
    /// <summary>Compiles a schema for a type.</summary>
    /// <param name="schema">The schema. Features for which the type has no property are not checked.</param>
    /// <param name="policies">What to do about violations, over what the schema says.</param>
    /// <exception cref="ArgumentException">A policy is for a feature that the schema does not have, or cannot be followed.</exception>
    public InputValidator(InputSchema schema, InputPolicies? policies = null) => throw new NotImplementedException($"{schema}{policies}");

    /// <summary>Makes another validator for another thread.</summary>
    /// <returns>A validator with its own counts of unseen categories.</returns>
    public InputValidator<TInput> Fork() => throw new NotImplementedException();

    /// <summary>Checks a row.</summary>
    /// <param name="input">The row. It is not changed.</param>
    /// <returns>What to use, and all that was found. Without a violation nothing is allocated.</returns>
    public ValidatedInput<TInput> Validate(TInput input) => throw new NotImplementedException($"{input}");
}
