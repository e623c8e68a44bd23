namespace MlOps.Datasets;

/// <summary>Receives the fields of a column of a CSV file in the order of the rows.</summary>
internal interface ICsvColumn
{
    /// <summary>Adds a field. An empty field is a missing value.</summary>
    void Add(ReadOnlySpan<char> text);
}
