using System.Collections;
using System.Reflection;

namespace MlOps.Tracking;

public static partial class MLNetRunExtensions
{
    /// <summary>Records the options of a trainer as parameters of the run.</summary>
    /// <remarks>
    /// Each public field or property with a number, Boolean, string, enumeration, date or time, or with a list of these, becomes a parameter. Options that are
    /// <see langword="null"/> or have another type, such as loss functions, are omitted.
    /// </remarks>
    /// <inheritdoc cref="IRun.ChangeAsync"/>
    /// <param name="run">The run.</param>
    /// <param name="options">The options, such as <c>SdcaLogisticRegressionBinaryTrainer.Options</c>.</param>
    /// <param name="prefix">The prefix of the parameter names, such as <c>trainer.</c>.</param>
    /// <param name="cancellationToken">Cancels the operation before the parameters are recorded.</param>
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
