namespace MlOps.Datasets;

/// <summary>The treatment of columns of a CSV file that have the same name.</summary>
public enum CsvDuplicateNames
{
    /// <summary>
    /// The profile has one column with this name. The column has no statistics, and its <see cref="ColumnProfile.Fault"/> states the positions. Other columns
    /// are profiled.
    /// </summary>
    Fault,

    /// <summary>
    /// The second column with the name <c>a</c> is named <c>a_1</c>, the third <c>a_2</c>, and so on. Names that the header already contains are skipped.
    /// </summary>
    Rename,
}
