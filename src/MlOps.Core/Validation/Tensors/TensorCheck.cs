namespace MlOps.Validation;

/// <summary>The compiled check of a slice of a tensor.</summary>
/// <remarks>Thread-safe.</remarks>
internal abstract class TensorCheck
{
    /// <summary>Determines whether all values are allowed. Call it once for each tensor, because it counts the rows with unseen categories.</summary>
    /// <param name="values">The values of the tensor.</param>
    /// <param name="width">The number of values in a row.</param>
    public abstract bool IsValid(Array values, int width);

    /// <summary>Reports the invalid values, and replaces them if the policy requires it.</summary>
    /// <param name="findings">The findings to add to.</param>
    /// <param name="values">The values of the tensor.</param>
    /// <param name="width">The number of values in a row.</param>
    /// <param name="toChangeable">Gets the mutable copy of the values. It returns the same copy in each call.</param>
    public abstract void Report(InputFindings findings, Array values, int width, Func<Array> toChangeable);
}
