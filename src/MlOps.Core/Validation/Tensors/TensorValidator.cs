using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Checks named tensors against a schema, by the same rules and policies as <see cref="InputValidator{TInput}"/> checks rows.</summary>
/// <remarks>
/// <para>Thread-safe. Tensors in which values are replaced are copied first, so that the caller's never change.</para>
/// <para>The types and shapes that the model takes are not checked: the model refuses others. An input that is missing breaks <see cref="InputRule.Required"/>,
/// unless it is optional or its feature is nullable.</para>
/// </remarks>
public sealed class TensorValidator
{
    private const string NoInput =
        "no input of the model has its values, so that nothing would follow the policy. Name an input or one of its columns, or remove the policy.";

    private readonly TensorFeature[] _features;

    /// <summary>Initializes a new instance of the <see cref="TensorValidator"/> class: compiles a schema for the tensors of a model.</summary>
    /// <param name="schema">The schema. <see cref="Unchecked"/> lists the features for which the model has no input.</param>
    /// <param name="model">The signature of the model itself.</param>
    /// <param name="registered">The registered signature, which may name the columns of the model's tensors.</param>
    /// <param name="policies">The policies, which override those of the schema.</param>
    /// <exception cref="ArgumentException">
    /// A policy is for a feature that is not checked, or a rule or a value to impute does not apply to the type of an input. The message lists every such
    /// fault.
    /// </exception>
    public TensorValidator(InputSchema schema, ModelSignature model, ModelSignature? registered = null, InputPolicies? policies = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(model);
        policies ??= new();
        var parts = TensorBinding.Find(schema.Features, model, registered);
        Unchecked = [.. schema.Features.Except(parts.Select(static part => part.Feature)).Select(static feature => feature.Name)];
        var faults = policies.FindFaults(schema, Unchecked, NoInput).ToList();
        _features = [.. parts.Select(part => new TensorFeature(part, policies.Find(schema, part.Feature), faults))];
        if (faults.Count > 0)
        {
            throw new ArgumentException($"The schema does not fit the tensors of the model: {string.Join(" Also, ", faults)}");
        }
    }

    /// <summary>Gets the names of the features of the schema that are not checked, because no input or column of the model has the name.</summary>
    public IReadOnlyList<string> Unchecked { get; }

    /// <summary>Checks tensors.</summary>
    /// <param name="tensors">The tensors by the names of the model's inputs. They are not changed. One that is <see langword="null"/> counts as
    /// missing.</param>
    /// <returns>The tensors to use, and all violations that were found. Without a violation nothing is allocated.</returns>
    /// <exception cref="ArgumentException">A tensor has values of a type to which the rules of its feature do not apply.</exception>
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
