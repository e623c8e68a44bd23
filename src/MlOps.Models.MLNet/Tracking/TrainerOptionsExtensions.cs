using System.Collections;
using System.Reflection;

namespace MlOps.Tracking;

/// <summary>Records the options of trainers.</summary>
public static class TrainerOptionsExtensions
{
    /// <summary>Records what a trainer is set to, one parameter for each public field and property with a number, boolean, text, enumeration, time or a list of such.</summary>
    /// <remarks>Options that are not set (<see langword="null"/>) are left out, as are those that are objects themselves, such as loss functions.</remarks>
    /// <inheritdoc cref="IRun.ChangeAsync"/>
    /// <param name="run">The run.</param>
    /// <param name="options">The options, such as an <c>SdcaLogisticRegressionBinaryTrainer.Options</c>.</param>
    /// <param name="prefix">What the names of the parameters begin with, such as <c>trainer.</c>.</param>
    /// <param name="cancellationToken">Cancels the call before they are recorded.</param>
    public static Task LogTrainerOptionsAsync(this IRun run, object options, string prefix = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(prefix);
        var parameters = Read(options).Where(static option => IsRecorded(option.Value))
            .ToDictionary(option => prefix + option.Name, static option => option.Value);
        return run.LogParametersAsync(parameters, cancellationToken);
    }

    private static IEnumerable<(string Name, object? Value)> Read(object options)
    {
        var type = options.GetType();
        var fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public).Select(field => (field.Name, field.GetValue(options)));
        var properties = type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(static property => property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0)
            .Select(property => (property.Name, property.GetValue(options)));
        return fields.Concat(properties);
    }

    private static bool IsRecorded(object? value) => value is IEnumerable and not string ? ((IEnumerable)value).Cast<object?>().All(IsScalar) : IsScalar(value);

    private static bool IsScalar(object? value) => value is IConvertible or IFormattable;
}
