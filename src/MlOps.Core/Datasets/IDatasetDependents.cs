namespace MlOps.Datasets;

/// <summary>Finds the records of other kinds that depend on a dataset.</summary>
internal interface IDatasetDependents
{
    /// <summary>Lists the records that depend on a dataset, or on one version of it.</summary>
    /// <param name="dataset">The name of the dataset.</param>
    /// <param name="version">The number of the version; <see langword="null"/> for any version.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <returns>Descriptions of the records, such as <c>model 'churn' version 3</c>.</returns>
    IAsyncEnumerable<string> ListDependentsAsync(string dataset, int? version, CancellationToken cancellationToken);
}
