namespace MlOps.Datasets;

/// <summary>Takes the fields of a column of a CSV file, from the first row to the last.</summary>
internal interface ICsvColumn
{
    /// <summary>Adds a field; an empty one is no value.</summary>
    void Add(ReadOnlySpan<char> text);
}
