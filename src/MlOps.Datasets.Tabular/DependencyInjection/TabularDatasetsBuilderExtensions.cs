using Microsoft.Extensions.DependencyInjection.Extensions;
using MlOps.Datasets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the readers of tabular files.</summary>
public static class TabularDatasetsBuilderExtensions
{
    /// <summary>Registers <see cref="CsvTableReader"/> and <see cref="ParquetTableReader"/>, so that snapshots of datasets record profiles of such files.</summary>
    /// <remarks>
    /// May be called more than once. A reader of your own is registered the same way, as a singleton <see cref="ITableReader"/>; of two for the same file the one registered last reads it.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder AddTabularDatasets(this MlOpsBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ITableReader, CsvTableReader>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ITableReader, ParquetTableReader>());
        return builder;
    }
}
