namespace MlOps.Datasets;

/// <summary>What a version records of a file that is a table.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class DatasetTable
{
    /// <summary>Gets the file's path in the dataset.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the name of the <see cref="ITableReader"/> that read it, such as <c>csv</c>.</summary>
    public required string Reader { get; init; }

    /// <summary>Gets what the table holds.</summary>
    /// <value><see langword="null"/> if the file could not be read as a table; <see cref="Fault"/> then says why.</value>
    public TableProfile? Profile { get; init; }

    /// <summary>Gets why there is no profile.</summary>
    /// <value><see langword="null"/> if there is one.</value>
    public string? Fault { get; init; }
}
