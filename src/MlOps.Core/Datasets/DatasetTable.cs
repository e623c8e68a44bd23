using System.Text.Json.Serialization;

namespace MlOps.Datasets;

/// <summary>The profile of a tabular file in a version of a dataset.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class DatasetTable
{
    [JsonConstructor]
    internal DatasetTable()
    {
    }

    /// <summary>Gets the path of the file in the dataset.</summary>
    [JsonInclude]
    [JsonRequired]
    public string Path { get; internal set; } = "";

    /// <summary>Gets the name of the <see cref="ITableReader"/> that read the file, such as <c>csv</c>.</summary>
    [JsonInclude]
    [JsonRequired]
    public string Reader { get; internal set; } = "";

    /// <summary>Gets the profile of the table.</summary>
    /// <value><see langword="null"/> if the file could not be read as a table. <see cref="Fault"/> is then the reason.</value>
    [JsonInclude]
    public TableProfile? Profile { get; internal set; }

    /// <summary>Gets the reason why there is no profile.</summary>
    /// <value><see langword="null"/> if there is a profile.</value>
    [JsonInclude]
    public string? Fault { get; internal set; }
}
