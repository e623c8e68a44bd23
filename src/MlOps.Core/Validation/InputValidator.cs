using System.Diagnostics.CodeAnalysis;
using MlOps.Models;
using MlOps.Providers;

namespace MlOps.Validation;

/// <summary>Validates rows against a schema.</summary>
/// <remarks>
/// <para>Instances are not thread-safe. Create one for each thread. The constructor compiles the schema for the type of the rows, so reuse instances.</para>
/// <para>The validator does not change the row of the caller. If a policy replaces a value, the result contains a shallow copy of the row, with a copy of each
/// array in which elements were replaced.</para>
/// <para>The elements of an array that violate the same rule are reported as one violation. Ranges do not apply to NaN and infinities, which have rules of
/// their own.</para>
/// </remarks>
/// <typeparam name="TInput">The type of a row.</typeparam>
/// <example>
/// <code>
/// var schema = InputSchema.Parse(File.ReadAllText(InputSchema.FileName));
/// var validator = new InputValidator&lt;Trip&gt;(schema, new InputPolicies { Default = InputPolicy.Warn });
/// var result = validator.Validate(new Trip { Distance = 141 });
/// foreach (var violation in result.Violations)
/// {
///     Console.WriteLine($"{violation}. {violation.Suggestion}");
/// }
/// </code>
/// </example>
public sealed class InputValidator<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput>
    where TInput : class
{
    private const string NoProperty =
        "no property is mapped to this feature, so the policy has no effect. Add a property (fields are not validated), or remove the policy.";

    private readonly FeatureCheck<TInput>[] _checks;
    private readonly FeatureCheck<TInput>[] _others;
    private readonly Func<TInput, bool>[] _ranges;

    /// <summary>Initializes a new instance of the <see cref="InputValidator{TInput}"/> class.</summary>
    /// <param name="schema">The schema. <see cref="UncheckedFeatures"/> lists the features that no property is mapped to.</param>
    /// <param name="policies">The policies, which override those of the schema.</param>
    /// <exception cref="ArgumentException">
    /// A policy is for an unknown feature or has no effect (no property, no setter, or a value to impute of another type), or a rule is not applicable to the
    /// type of a property. The message lists all faults.
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
        UncheckedFeatures = [.. schema.Features.Except(bindings.Select(static binding => binding.Feature)).Select(static feature => feature.Name)];
        var faults = policies.FindFaults(schema, UncheckedFeatures, NoProperty).ToList();
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
        UncheckedFeatures = other.UncheckedFeatures;
        _checks = Array.ConvertAll(other._checks, static check => check.Fork());
        _ranges = other._ranges;
        _others = FindOthers(_checks);
    }

    /// <summary>Gets the names of the features that are not validated because no property is mapped to them.</summary>
    /// <value>
    /// Fields, and properties of types without a <see cref="FeatureType"/>, are not validated, although some model formats accept them as inputs.
    /// </value>
    public IReadOnlyList<string> UncheckedFeatures { get; }

    /// <summary>Creates a validator that reports violations, but never changes or rejects a row.</summary>
    internal static InputValidator<TInput> CreateObserver(InputSchema schema) => new(schema, new(), isObserver: true);

    /// <summary>Creates a validator for another thread, which shares the compiled schema.</summary>
    /// <returns>A validator with its own counts of unseen categories.</returns>
    internal InputValidator<TInput> Fork() => new(this);

    /// <summary>Validates a row.</summary>
    /// <param name="input">The row. It is not changed.</param>
    /// <returns>The row to use, and the violations. A valid row causes no allocation.</returns>
    public ValidatedInput<TInput> Validate(TInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        foreach (var areInRange in _ranges)
        {
            if (!areInRange(input))
            {
                return Report(input, _checks, isFirstInvalid: false);
            }
        }

        var others = _others;
        for (var i = 0; i < others.Length; i++)
        {
            if (!others[i].IsValid(input))
            {
                return Report(input, others.AsSpan(i), isFirstInvalid: true);
            }
        }

        return new ValidatedInput<TInput>(input, [], isRejected: false);
    }

    /// <summary>Collects the violations in a row. Each check runs at most once for a row, because checks count unseen categories.</summary>
    private static ValidatedInput<TInput> Report(TInput input, ReadOnlySpan<FeatureCheck<TInput>> checks, bool isFirstInvalid)
    {
        var findings = new RowFindings<TInput>(input);
        for (var i = 0; i < checks.Length; i++)
        {
            if ((i == 0 && isFirstInvalid) || !checks[i].IsValid(input))
            {
                checks[i].Report(findings, toleratesUnseen: false);
            }
        }

        return findings.ToResult();
    }

    private static FeatureCheck<TInput>[] FindOthers(FeatureCheck<TInput>[] checks) =>
        [.. checks.Where(static check => check.FindFloatRange() is null)];
}
