using MlOps.Models;

namespace MlOps.Validation;

/// <summary>The checks of a slice of a tensor: one for each type of values, because some models accept several types.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class TensorChecks
{
    private readonly TensorCheck?[] _checks = new TensorCheck?[Enum.GetValues<FeatureType>().Length];
    private readonly TensorSlice _slice;
    private readonly InputPolicy _policy;

    /// <summary>Initializes a new instance of the <see cref="TensorChecks"/> class and compiles the check for the declared type.</summary>
    public TensorChecks(TensorSlice slice, InputPolicy policy, List<string> faults)
    {
        _slice = slice;
        _policy = policy;
        _checks[(int)slice.Input.Type] = new TensorCheckCompiler(slice, slice.Input.Type, policy, faults).Compile();
    }

    /// <summary>Finds the check for a type.</summary>
    /// <returns>The check, or <see langword="null"/> if there is no rule to check.</returns>
    /// <exception cref="ArgumentException">The rules are not applicable to the type.</exception>
    public TensorCheck? Find(FeatureType type) => Volatile.Read(ref _checks[(int)type]) ?? Compile(type);

    /// <summary>Reports a missing tensor.</summary>
    public void ReportMissing(InputFindings findings, string expected, string found)
    {
        var policy = new ValuePolicy<object>(_policy, HasImpute: false, Impute: null!).WithoutReplacement;
        findings.Add(_slice.Feature.Name, InputRule.Required, expected, found, policy, ViolationText.Null(ViolationText.Name(_slice.Feature.Name)));
    }

    private TensorCheck? Compile(FeatureType type)
    {
        var faults = new List<string>();
        var check = new TensorCheckCompiler(_slice, type, _policy, faults).Compile();
        return faults.Count == 0
            ? Interlocked.CompareExchange(ref _checks[(int)type], check, null) ?? check
            : throw new ArgumentException(
                $"The tensor '{_slice.Input.Name}' has values of the type {type} and cannot be validated: {faults[0]} "
                + $"Pass a tensor of the type {_slice.Input.Type}.");
    }
}
