using MlOps.Models;

namespace MlOps.Validation;

/// <summary>The checks of a feature's values in a tensor, one for each type of values, because some models accept several.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class TensorChecks
{
    private readonly TensorCheck?[] _checks = new TensorCheck?[Enum.GetValues<FeatureType>().Length];
    private readonly TensorPart _part;
    private readonly InputPolicy _policy;

    /// <summary>Compiles the check for the type that the model declares.</summary>
    public TensorChecks(TensorPart part, InputPolicy policy, List<string> faults)
    {
        _part = part;
        _policy = policy;
        _checks[(int)part.Input.Type] = new TensorCheckCompiler(part, part.Input.Type, policy, faults).Compile();
    }

    /// <summary>Finds the check for a type.</summary>
    /// <returns>The check; <see langword="null"/> if there is nothing to check.</returns>
    /// <exception cref="ArgumentException">The rules do not apply to the type.</exception>
    public TensorCheck? Find(FeatureType type) => Volatile.Read(ref _checks[(int)type]) ?? Compile(type);

    /// <summary>Reports that there is no tensor.</summary>
    public void ReportMissing(InputFindings findings, string expected, string found)
    {
        var policy = new ValueRemedy<object>(_policy, HasImpute: false, Impute: null!).WithoutReplacement;
        findings.Add(_part.Feature.Name, InputRule.Required, expected, found, policy, InputText.Null(InputText.Name(_part.Feature.Name)));
    }

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
