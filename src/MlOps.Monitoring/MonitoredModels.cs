using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Serving;

namespace MlOps.Monitoring;

/// <summary>The served models of this process that are monitored, and the options of all models.</summary>
/// <remarks>Thread-safe. The name of a served model is the key of its options. Stored data has the name of the model in the registry.</remarks>
internal sealed partial class MonitoredModels(
    Lazy<IServedModels> served,
    IOptionsMonitor<ServedModelOptions> servedOptions,
    IOptionsMonitor<MonitoringOptions> options,
    ILogger<MonitoredModels> logger)
{
    private readonly ConcurrentDictionary<string, string> _servedAs = new(StringComparer.Ordinal);
    private readonly ILogger _logger = logger;

    /// <summary>Gets the names in the registry of the monitored models.</summary>
    public IReadOnlyCollection<string> Names
    {
        get
        {
            foreach (var model in served.Value.Models)
            {
                if (servedOptions.Get(model.Name) is { File: null } settings && options.Get(model.Name).Enabled)
                {
                    _servedAs.TryAdd(settings.Model ?? model.Name, model.Name);
                }
            }

            return [.. _servedAs.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Gets the options of a loaded version.</summary>
    /// <returns><see langword="null"/> if the version is not monitored.</returns>
    public MonitoringOptions? Find(ObservedVersion version)
    {
        var found = options.Get(version.ServedAs);
        if (!found.Enabled)
        {
            return null;
        }

        if (servedOptions.Get(version.ServedAs).File is { } file)
        {
            LogFile(version.ServedAs, file);
            return null;
        }

        var first = _servedAs.GetOrAdd(version.Version.Model, version.ServedAs);
        if (first != version.ServedAs)
        {
            LogShared(version.Version.Model, first, version.ServedAs);
        }

        return found;
    }

    /// <summary>Gets the options of a model in the registry.</summary>
    public MonitoringOptions Get(string model) => options.Get(GetServedAs(model));

    /// <summary>Gets the settings that select the served version of a model. A process that does not serve the model uses the default alias.</summary>
    public ServedModelOptions GetServed(string model) => servedOptions.Get(GetServedAs(model));

    /// <summary>Gets the path of the section of a model.</summary>
    public string SectionOf(string model) => $"MlOps:Models:{GetServedAs(model)}:{MonitoringOptions.SectionName}";

    private string GetServedAs(string model)
    {
        _ = Names;
        return _servedAs.GetValueOrDefault(model, model);
    }

    [LoggerMessage(760, LogLevel.Warning,
        "The model '{Name}' is not monitored, because it is served from the file '{File}' and its version numbers are valid in this process only. Register the "
        + "model, or set MlOps:Models:{Name}:Monitoring:Enabled to false.")]
    private partial void LogFile(string name, string file);

    [LoggerMessage(761, LogLevel.Warning,
        "The model '{Model}' is served as '{First}' and as '{Second}'. The log, drift, quality and alert settings of '{First}' are used for both.")]
    private partial void LogShared(string model, string first, string second);
}
