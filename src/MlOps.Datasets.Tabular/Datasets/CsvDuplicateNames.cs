namespace MlOps.Datasets;

/// <summary>The treatment of columns of a CSV file that have the same name.</summary>
public enum CsvDuplicateNames
{
    /// <summary>
    /// The profile has one column of the name, without figures; its <see cref="ColumnProfile.Fault"/> names the places. The other columns are profiled.
    /// </summary>
    Fault,

    /// <summary>
    /// The second column of a name <c>a</c> is named <c>a_1</c>, the third <c>a_2</c>, and so on; names that the header has itself are left out.
    /// </summary>
    Rename,
}
