using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Checks one feature in the tensors of a call.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class TensorFeatureCheck(TensorSlice slice, InputPolicy policy, List<string> faults)
{
    private readonly TensorChecks _checks = new(slice, policy, faults);

    /// <summary>Checks the feature in tensors.</summary>
    /// <param name="tensors">The tensors of the caller.</param>
    /// <param name="findings">The findings so far, or <see langword="null"/> if there are none.</param>
    /// <exception cref="ArgumentException">The rules are not applicable to the type of the tensor.</exception>
    public void Validate(IReadOnlyDictionary<string, ModelTensor> tensors, ref TensorFindings? findings)
    {
        if (!(findings?.Tensors ?? tensors).TryGetValue(slice.Input.Name, out var tensor))
        {
            if (!slice.Feature.IsNullable && !slice.Input.IsOptional)
            {
                var given = ViolationText.Show(string.Join(", ", tensors.Keys.Select(static name => $"'{name}'")));
                findings ??= new TensorFindings(tensors);
                _checks.ReportMissing(findings, $"a tensor '{slice.Input.Name}'", given.Length == 0 ? "no tensor" : $"only {given}");
            }
        }
        else if (_checks.Find(tensor.Type) is { } check && slice.CountRows(tensor) is > 0 and var rows)
        {
            var width = tensor.Values.Length / rows;
            if (!check.IsValid(tensor.Values, width))
            {
                var found = findings ??= new TensorFindings(tensors);
                check.Report(found, tensor.Values, width, () => found.ToChangeable(slice.Input.Name));
            }
        }
    }
}
