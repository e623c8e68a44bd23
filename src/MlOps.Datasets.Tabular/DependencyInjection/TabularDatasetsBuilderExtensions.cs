using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MlOps.Datasets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the readers of tabular files.</summary>
public static class TabularDatasetsBuilderExtensions
{
    private const string Section = "Datasets:Csv";

    /// <summary>Registers <see cref="CsvTableReader"/> and <see cref="ParquetTableReader"/>, so that snapshots of datasets record profiles of these
    /// files.</summary>
    /// <remarks>
    /// May be called more than once. The dialect of CSV files is bound from <c>MlOps:Datasets:Csv</c>. Register custom readers as singletons of
    /// <see cref="ITableReader"/>; if several readers can read a file, the last registered reader is used. <see cref="DatasetSnapshot.Readers"/>
    /// sets the readers of one snapshot, such as a <see cref="CsvTableReader"/> with other options.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options in code, which takes precedence over the configuration.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder AddTabularDatasets(this MlOpsBuilder builder, Action<CsvTableOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddOptions<CsvTableOptions>(Section, static (section, options) => section.Bind(options), configure);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CsvTableOptions>, CsvTableOptionsValidator>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ITableReader, CsvTableReader>(
            static services => new CsvTableReader(services.GetRequiredService<IOptions<CsvTableOptions>>().Value)));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ITableReader, ParquetTableReader>());
        return builder;
    }
}
