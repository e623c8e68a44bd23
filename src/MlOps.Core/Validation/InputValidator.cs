using System.Diagnostics.CodeAnalysis;
using MlOps.Models;
using MlOps.Providers;

namespace MlOps.Validation;

/// <summary>Checks rows against a schema, compiled once for their type.</summary>
/// <remarks>
/// <para>Thread safety: for one caller at a time; <see cref="Fork"/> makes another for another thread, which shares what was compiled.</para>
/// <para>A row that the policies mend is copied first (a shallow copy, and a copy of the array whose values are replaced), so the caller's never changes.</para>
/// <para>Of an array, the values that break one rule are one violation. Neither NaN nor an infinity ever passes a range: they are allowed by their own rules or not at all.</para>
/// </remarks>
/// <typeparam name="TInput">The type of a row.</typeparam>
public sealed class InputValidator<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput>
    where TInput : class
{
    private const string NoProperty =
        "no property stands for it, so that nothing would follow the policy. Add a property (a field is not checked), or remove the policy.";

    private readonly FeatureCheck<TInput>[] _checks;
    private readonly FeatureCheck<TInput>[] _others;
    private readonly Func<TInput, bool>[] _ranges;

    /// <summary>Compiles a schema for a type.</summary>
    /// <param name="schema">The schema. <see cref="Unchecked"/> lists the features for which the type has no property.</param>
    /// <param name="policies">What to do about violations, over what the schema says.</param>
    /// <exception cref="ArgumentException">
    /// A policy is for a feature that the schema does not have or cannot be followed (no property, no setter, a value to impute of another type), or a rule cannot be about a property's type. The message lists
    /// every such fault.
    /// </exception>
    public InputValidator(InputSchema schema, InputPolicies? policies = null)
        : this(schema, policies ?? new(), isObserver: false)
    {
    }

    private InputValidator(InputSchema schema, InputPolicies policies, bool isObserver)
    {
        ArgumentNullException.ThrowIfNull(schema);
        FeatureProperty[] properties = [.. FeatureProperty.Of<TInput>().Where(static property => property.Type is not null || property.IsTensor)];
        var bindings = FeatureBinding.Find(schema.Features, properties).ToArray();
        Unchecked = [.. schema.Features.Except(bindings.Select(static binding => binding.Feature)).Select(static feature => feature.Name)];
        var faults = policies.FindFaults(schema, Unchecked, NoProperty).ToList();
        _checks =
        [
            .. from binding in bindings
               let policy = isObserver ? InputPolicy.Observe : policies.Find(schema, binding.Feature)
               let check = FeatureCheckCompiler<TInput>.Compile(binding.Property, binding.Feature, binding.Name, policy, faults)
               where check is not null
               select check,
        ];
        if (faults.Count > 0)
        {
            throw new ArgumentException($"The schema does not fit {typeof(TInput).Name}: {string.Join(" Also, ", faults)}");
        }

        _ranges = FloatRanges.Compile(_checks.Select(static check => check.FindFloatRange()).OfType<FloatRange<TInput>>());
        _others = FindOthers(_checks);
    }

    private InputValidator(InputValidator<TInput> other)
    {
        Unchecked = other.Unchecked;
        _checks = Array.ConvertAll(other._checks, static check => check.Fork());
        _ranges = other._ranges;
        _others = FindOthers(_checks);
    }

    /// <summary>Gets the names of the features of the schema that are not checked, because the type has no property that stands for them.</summary>
    /// <value>A field is none, nor is a property of a type that <see cref="FeatureType"/> does not name, although some kinds of model can be given both.</value>
    public IReadOnlyList<string> Unchecked { get; }

    /// <summary>Makes a validator that finds what any does, and neither changes nor rejects a row.</summary>
    internal static InputValidator<TInput> CreateObserver(InputSchema schema) => new(schema, new(), isObserver: true);

    /// <summary>Makes another validator for another thread.</summary>
    /// <returns>A validator with its own counts of unseen categories.</returns>
    public InputValidator<TInput> Fork() => new(this);

    /// <summary>Checks a row.</summary>
    /// <param name="input">The row. It is not changed.</param>
    /// <returns>What to use, and all that was found. Without a violation nothing is allocated.</returns>
    public ValidatedInput<TInput> Validate(TInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        foreach (var areInRange in _ranges)
        {
            if (!areInRange(input))
            {
                return Report(input, _checks, isFirstAsked: false);
            }
        }

        var others = _others;
        for (var i = 0; i < others.Length; i++)
        {
            if (!others[i].IsValid(input))
            {
                return Report(input, others.AsSpan(i), isFirstAsked: true);
            }
        }

        return new ValidatedInput<TInput>(input, [], isRejected: false);
    }

    /// <summary>Reports what checks find in a row, each of which may be asked once only.</summary>
    private static ValidatedInput<TInput> Report(TInput input, ReadOnlySpan<FeatureCheck<TInput>> checks, bool isFirstAsked)
    {
        var findings = new RowFindings<TInput>(input);
        for (var i = 0; i < checks.Length; i++)
        {
            if ((i == 0 && isFirstAsked) || !checks[i].IsValid(input))
            {
                checks[i].Report(findings, toleratesUnseen: false);
            }
        }

        return findings.ToResult();
    }

    private static FeatureCheck<TInput>[] FindOthers(FeatureCheck<TInput>[] checks) => [.. checks.Where(static check => check.FindFloatRange() is null)];
}
