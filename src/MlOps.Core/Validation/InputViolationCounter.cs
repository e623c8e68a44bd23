using System.Diagnostics.Metrics;

namespace MlOps.Validation;

internal sealed class InputViolationCounter(IMeterFactory meters)
{
    public void Count(string model, IReadOnlyList<InputViolation> violations) => throw new NotImplementedException($"{meters}{model}{violations}");
}
