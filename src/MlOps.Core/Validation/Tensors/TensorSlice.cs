using MlOps.Models;

namespace MlOps.Validation;

/// <summary>The values of a tensor to which a feature applies: whole rows, or one column.</summary>
/// <param name="feature">The feature.</param>
/// <param name="input">The input of the model.</param>
/// <param name="column">The index of the column, or <see langword="null"/> for whole rows.</param>
internal sealed class TensorSlice(FeatureSchema feature, ModelFeature input, int? column)
{
    private readonly HashSet<int> _excluded = [];

    public FeatureSchema Feature => feature;

    public ModelFeature Input => input;

    public int? Column => column;

    /// <summary>Gets the required number of values in a row.</summary>
    public int? Count { get; init; } = feature.Count;

    /// <summary>Excludes a column to which another feature applies.</summary>
    public void Exclude(int excluded) => _excluded.Add(excluded);

    public bool Contains(int position) => !_excluded.Contains(position);

    /// <summary>Gets the number of rows in a tensor.</summary>
    /// <remarks>
    /// The first dimension of the tensor is the number of rows if the model declares this dimension as variable or declares one dimension less. Otherwise the
    /// tensor is a single row.
    /// </remarks>
    public int CountRows(ModelTensor tensor) =>
        tensor.Shape.Count > 0 && (tensor.Shape.Count > input.Shape.Count || input.Shape[0] is null) ? (int)long.Min(tensor.Shape[0], int.MaxValue) : 1;
}
