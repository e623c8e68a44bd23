using System.Globalization;
using Microsoft.Extensions.Options;
using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>Validates the metrics settings and the settings of every enabled sink.</summary>
internal sealed class MetricsOptionsValidator(IServiceProvider services, MlOpsSettings settings, IEnumerable<MetricsSinkType> types)
    : IValidateOptions<MetricsOptions>
{
    private const int MaxCapacity = 1 << 26;
    private const int MinCapacity = 1 << 14;
    private const int MaxSeries = 1_000_000;
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_minDelay = TimeSpan.FromMilliseconds(10);

    public ValidateOptionsResult Validate(string? name, MetricsOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        var path = MetricsOptions.SectionName;
        if (!Enum.IsDefined(options.WhenFull))
        {
            faults.AddError($"{path}:WhenFull is {options.WhenFull}. Set it to {nameof(MetricsWhenFull.DropNewest)} or {nameof(MetricsWhenFull.DropOldest)}.");
        }

        Require($"{path}:Capacity", options.Capacity, MinCapacity, MaxCapacity, faults);
        Require($"{path}:MaxSeries", options.MaxSeries, 1, MaxSeries, faults);
        Require($"{path}:CollectInterval", options.CollectInterval, s_second, s_day, faults);
        Require($"{path}:ShutdownTimeout", options.ShutdownTimeout, TimeSpan.Zero, s_hour, faults);
        if (options.Meters?.Any(string.IsNullOrWhiteSpace) == true)
        {
            faults.AddError($"{path}:Meters contains an empty name. Use names of meters, such as 'MlOps', or an empty list for none.");
        }

        foreach (var (sink, sinkOptions) in options.Sinks)
        {
            Validate($"{path}:Sinks:{sink}", sink, sinkOptions, faults);
        }

        return faults.Build();
    }

    private static void Require<T>(string path, T value, T minimum, T maximum, ValidateOptionsResultBuilder faults)
        where T : IComparable<T>
    {
        if (value.CompareTo(minimum) < 0 || value.CompareTo(maximum) > 0)
        {
            faults.AddError(string.Create(CultureInfo.InvariantCulture, $"{path} is {value}. Set it to a value from {minimum} to {maximum}."));
        }
    }

    private void Validate(string path, string name, MetricsSinkOptions options, ValidateOptionsResultBuilder faults)
    {
        if (!ArtifactPath.TryParse(name, out _) || name.Contains('/', StringComparison.Ordinal))
        {
            faults.AddError($"{path}: '{name}' is not a valid name of a sink, because sinks may use it as a folder name. Use letters and digits.");
        }

        Require($"{path}:BatchSize", options.BatchSize, 1, MaxSeries, faults);
        Require($"{path}:Capacity", options.Capacity, Math.Clamp(options.BatchSize, 1, MaxSeries), MaxCapacity, faults);
        Require($"{path}:FlushInterval", options.FlushInterval, s_minDelay, s_day, faults);
        Require($"{path}:Timeout", options.Timeout, s_minDelay, s_hour, faults);
        foreach (var (setting, prefixes) in new[] { ("Include", options.Include), ("Exclude", options.Exclude) })
        {
            if (prefixes.Contains(null!))
            {
                faults.AddError($"{path}:{setting} contains a null element. Use name prefixes of metrics, or an empty list.");
            }
        }

        if (!(options.SampleRate > 0 && options.SampleRate <= 1))
        {
            faults.AddError(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}:SampleRate is {options.SampleRate}. Set it to a value greater than 0 and at most 1, such as 0.1 for every tenth point."));
        }

        if (types.FirstOrDefault(type => type.HasName(options.Type ?? name)) is { } known)
        {
            AddFaultsOfType(known, name, faults);
        }
        else if (options.Type is not null || settings.Find(MetricsRegistration.SinksPath)?.GetChildren().Any(child => child.Key == name) != true)
        {
            var names = SettingNames.List(types.Select(static type => type.Name));
            faults.AddError(
                $"{path}{(options.Type is null ? $" is a sink of type '{name}'" : $":Type is '{options.Type}'")}, which is not registered. "
                + $"Registered types are {names}. "
                + NearestName.Suggest(options.Type ?? name, types.Select(static type => type.Name))
                + $"Rename the sink, set its Type, or register the type with services.AddMlOps(configuration).AddMetricsSink(\"{options.Type ?? name}\", …).");
        }
    }

    private void AddFaultsOfType(MetricsSinkType type, string name, ValidateOptionsResultBuilder faults)
    {
        try
        {
            type.Validate(services, name);
        }
        catch (OptionsValidationException exception)
        {
            foreach (var failure in exception.Failures)
            {
                faults.AddError(failure);
            }
        }
    }
}
