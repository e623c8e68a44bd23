using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Validates named tensors against a schema, with the same rules and policies as <see cref="InputValidator{TInput}"/>.</summary>
/// <remarks>
/// <para>Instances are thread-safe. The validator does not change the tensors of the caller. If a policy replaces a value, the result contains a copy of
/// the tensor.</para>
/// <para>Types and shapes are not validated, because the model rejects tensors that do not fit. A missing input violates <see cref="InputRule.Required"/>,
/// unless the input is optional or its feature is nullable.</para>
/// </remarks>
public sealed class TensorValidator
{
    private const string NoInput =
        "no input of the model is mapped to this feature, so the policy has no effect. Use the name of an input or a column, or remove the policy.";

    private readonly TensorFeatureCheck[] _features;

    /// <summary>Initializes a new instance of the <see cref="TensorValidator"/> class.</summary>
    /// <param name="schema">The schema. <see cref="UncheckedFeatures"/> lists the features that no input is mapped to.</param>
    /// <param name="model">The signature of the model file.</param>
    /// <param name="registered">The registered signature, which may name the columns of the tensors.</param>
    /// <param name="policies">The policies, which override those of the schema.</param>
    /// <exception cref="ArgumentException">
    /// A policy is for a feature that is not validated, or a rule or a value to impute is not applicable to the type of an input. The message lists all faults.
    /// </exception>
    public TensorValidator(InputSchema schema, ModelSignature model, ModelSignature? registered = null, InputPolicies? policies = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(model);
        policies ??= new();
        var slices = TensorBinding.Find(schema.Features, model, registered);
        UncheckedFeatures = [.. schema.Features.Except(slices.Select(static slice => slice.Feature)).Select(static feature => feature.Name)];
        var faults = policies.FindFaults(schema, UncheckedFeatures, NoInput).ToList();
        _features = [.. slices.Select(slice => new TensorFeatureCheck(slice, policies.Find(schema, slice.Feature), faults))];
        if (faults.Count > 0)
        {
            throw new ArgumentException($"The schema does not fit the tensors of the model: {string.Join(" Also, ", faults)}");
        }
    }

    /// <summary>Gets the names of the features that are not validated because no input or column of the model has their name.</summary>
    public IReadOnlyList<string> UncheckedFeatures { get; }

    /// <summary>Validates tensors.</summary>
    /// <param name="tensors">The tensors by input name. They are not changed. A tensor that is <see langword="null"/> is treated as missing.</param>
    /// <returns>The tensors to use, and the violations. Valid tensors cause no allocation.</returns>
    /// <exception cref="ArgumentException">The rules of a feature are not applicable to the type of its tensor.</exception>
    public ValidatedInput<IReadOnlyDictionary<string, ModelTensor>> Validate(IReadOnlyDictionary<string, ModelTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors is Dictionary<string, ModelTensor> dictionary ? dictionary.ContainsValue(null!) : tensors.Values.Contains(null!))
        {
            return Validate(tensors.Where(static given => given.Value is not null).ToDictionary(StringComparer.Ordinal));
        }

        TensorFindings? findings = null;
        foreach (var feature in _features)
        {
            feature.Validate(tensors, ref findings);
        }

        return findings?.ToResult() ?? new ValidatedInput<IReadOnlyDictionary<string, ModelTensor>>(tensors, [], isRejected: false);
    }
}
