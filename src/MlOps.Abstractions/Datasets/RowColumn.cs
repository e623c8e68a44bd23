namespace MlOps.Datasets;

/// <summary>A column of a <see cref="RowBatch"/>.</summary>
/// <param name="name">The name.</param>
/// <param name="isText">Whether the values are texts; otherwise they are numbers.</param>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class RowColumn(string name, bool isText)
{
    /// <summary>Gets the name.</summary>
    public string Name { get; } = name;

    /// <summary>Gets a value indicating whether the values are texts; otherwise they are numbers.</summary>
    public bool IsText { get; } = isText;
}
