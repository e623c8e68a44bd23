using MlOps.Models;

namespace MlOps.Validation;

/// <summary>The check of a feature in the tensors of a call.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class TensorFeature(TensorPart part, InputPolicy policy, List<string> faults)
{
    private readonly TensorChecks _checks = new(part, policy, faults);

    /// <summary>Checks the feature in tensors.</summary>
    /// <param name="tensors">The caller's tensors.</param>
    /// <param name="findings">The findings so far; <see langword="null"/> if there are none.</param>
    /// <exception cref="ArgumentException">The tensor has values of a type to which the rules do not apply.</exception>
    public void Validate(IReadOnlyDictionary<string, ModelTensor> tensors, ref TensorFindings? findings)
    {
        if (!(findings?.Tensors ?? tensors).TryGetValue(part.Input.Name, out var tensor))
        {
            if (!part.Feature.IsNullable && !part.Input.IsOptional)
            {
                var given = InputText.Show(string.Join(", ", tensors.Keys.Select(static name => $"'{name}'")));
                findings ??= new TensorFindings(tensors);
                _checks.ReportMissing(findings, $"a tensor '{part.Input.Name}'", given.Length == 0 ? "no tensor" : $"only {given}");
            }
        }
        else if (_checks.Find(tensor.Type) is { } check && part.CountRows(tensor) is > 0 and var rows)
        {
            var width = tensor.Values.Length / rows;
            if (!check.IsValid(tensor.Values, width))
            {
                var found = findings ??= new TensorFindings(tensors);
                check.Report(found, tensor.Values, width, () => found.ToChangeable(part.Input.Name));
            }
        }
    }
}
