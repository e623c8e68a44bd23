using MlOps.Models;

namespace MlOps.Validation;

/// <summary>The values of a tensor that a feature stands for: whole rows, or one column.</summary>
/// <param name="feature">The rules of the values.</param>
/// <param name="input">The input of the model that the tensor is for.</param>
/// <param name="column">The position of the values in each row; <see langword="null"/> for whole rows.</param>
internal sealed class TensorPart(FeatureSchema feature, ModelFeature input, int? column)
{
    private readonly HashSet<int> _excluded = [];

    public FeatureSchema Feature => feature;

    public ModelFeature Input => input;

    public int? Column => column;

    /// <summary>Gets the number of values that a row must have.</summary>
    public int? Count { get; init; } = feature.Count;

    /// <summary>Excludes a column that another feature stands for.</summary>
    public void Exclude(int excluded) => _excluded.Add(excluded);

    public bool Contains(int position) => !_excluded.Contains(position);

    /// <summary>Gets the number of rows of a tensor for the input.</summary>
    /// <remarks>
    /// The first dimension counts the rows if it is variable in the model's shape, or if that shape leaves the dimension of the rows out. Otherwise the
    /// tensor is one row.
    /// </remarks>
    public int CountRows(ModelTensor tensor) =>
        tensor.Shape.Count > 0 && (tensor.Shape.Count > input.Shape.Count || input.Shape[0] is null) ? (int)long.Min(tensor.Shape[0], int.MaxValue) : 1;
}
