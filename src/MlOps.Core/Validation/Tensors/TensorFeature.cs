using MlOps.Models;

namespace MlOps.Validation;

/// <summary>The checks of a feature's values in a tensor, one for each type of values, because some models accept several.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class TensorFeature
{
    private readonly TensorCheck?[] _checks = new TensorCheck?[Enum.GetValues<FeatureType>().Length];
    private readonly TensorPart _part;
    private readonly InputPolicy _policy;

    /// <summary>Compiles the check for the type that the model declares.</summary>
    public TensorFeature(TensorPart part, InputPolicy policy, List<string> faults)
    {
        _part = part;
        _policy = policy;
        _checks[(int)part.Input.Type] = new TensorCheckCompiler(part, part.Input.Type, policy, faults).Compile();
    }

    /// <summary>Checks the feature in tensors.</summary>
    /// <param name="tensors">The caller's tensors.</param>
    /// <param name="findings">The findings so far; <see langword="null"/> if there are none.</param>
    /// <exception cref="ArgumentException">The tensor has values of a type to which the rules do not apply.</exception>
    public void Validate(IReadOnlyDictionary<string, ModelTensor> tensors, ref TensorFindings? findings)
    {
        if (!(findings?.Tensors ?? tensors).TryGetValue(_part.Input.Name, out var tensor))
        {
            ReportMissing(tensors, ref findings);
        }
        else if (Find(tensor.Type) is { } check && _part.CountRows(tensor) is > 0 and var rows)
        {
            var width = tensor.Values.Length / rows;
            if (!check.IsValid(tensor.Values, width))
            {
                findings ??= new TensorFindings(tensors);
                check.Report(findings, tensor.Values, width);
            }
        }
    }

    private void ReportMissing(IReadOnlyDictionary<string, ModelTensor> tensors, ref TensorFindings? findings)
    {
        if (!_part.Feature.IsNullable && !_part.Input.IsOptional)
        {
            var policy = new ValueRemedy<float>(_policy, HasImpute: false, Impute: default).WithoutReplacement;
            var given = InputText.Show(string.Join(", ", tensors.Keys.Select(static name => $"'{name}'")));
            findings ??= new TensorFindings(tensors);
            findings.Add(
                _part.Feature.Name,
                InputRule.Required,
                $"a tensor '{_part.Input.Name}'",
                given.Length == 0 ? "no tensor" : $"only {given}",
                policy,
                InputText.Null(InputText.Name(_part.Feature.Name)));
        }
    }

    private TensorCheck? Find(FeatureType type) => Volatile.Read(ref _checks[(int)type]) ?? Compile(type);

    private TensorCheck? Compile(FeatureType type)
    {
        var faults = new List<string>();
        var check = new TensorCheckCompiler(_part, type, _policy, faults).Compile();
        return faults.Count == 0
            ? Interlocked.CompareExchange(ref _checks[(int)type], check, null) ?? check
            : throw new ArgumentException(
                $"The tensor '{_part.Input.Name}' has values of {type}, and cannot be validated: {faults[0]} Give a tensor of {_part.Input.Type}.");
    }
}
